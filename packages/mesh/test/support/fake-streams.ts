import {
  cell,
  ConclaveError,
  type Delivery,
  type ErrorCode,
  type FileOffer,
  type FileState,
  type FileTransfer,
  type Handler,
  type IncomingState,
  type IncomingStream,
  type Outcome,
  type OutgoingStream,
  type PeerId,
  type PeerStream,
  type PeerStreamState,
  type Responder,
  type Value,
} from '@conclave/core';

/** The peer ID of a name. */
export const idOf = (name: string) => name[0]!.repeat(64) as PeerId;

/** A subscriber of a control stream, of whom a test says how much it takes in and what it answers. */
export class FakePeer {
  readonly farId: PeerId;
  readonly state = cell<PeerStreamState>({ phase: 'playing' });
  /** What it was sent, as it stands on the wire. */
  readonly heard: Value[][] = [];
  readonly files: { readonly states: ReturnType<typeof fileStates>; cancelled: boolean }[] = [];
  hasRoom = true;
  /** What it says to a question, or the code that says why it does not. */
  answer: (handler: string, args: readonly Value[]) => Promise<Value> = async () => null;
  accept: () => void = () => undefined;
  readonly stream: PeerStream;

  constructor(name: string) {
    this.farId = idOf(name);
    this.stream = {
      farId: this.farId,
      state: this.state.readable,
      send: (handler: string, ...args: Value[]) => {
        if (!this.hasRoom) throw new ConclaveError('data/congested');
        return this.take([handler, ...args]);
      },
      request: (handler: string, args: readonly Value[]) => this.answer(handler, args),
      sendFile: (file: Blob) => this.#sendFile(file),
      close: () => this.end('stream/closed'),
    } as unknown as PeerStream;
  }

  /** Takes a message that was sent. */
  take(call: Value[], outcome: Outcome = 'delivered'): Delivery {
    this.heard.push(call);
    return {
      accepted: new Promise((resolve) => (this.accept = resolve)),
      delivered: Promise.resolve(new Map([[this.farId, outcome]])),
    };
  }

  /** Its subscription ends. */
  end(code: ErrorCode): void {
    this.state.set({ phase: 'closed', code });
  }

  #sendFile(file: Blob): FileTransfer {
    const states = fileStates(this.farId);
    const made = { states, cancelled: false };
    this.files.push(made);
    return {
      ...{ name: 'as sent', type: file.type, size: file.size },
      peers: states.readable,
      finished: states.finished,
      cancel: () => (made.cancelled = true),
    };
  }
}

function fileStates(farId: PeerId) {
  const states = cell<ReadonlyMap<PeerId, FileState>>(new Map([[farId, { phase: 'offered' }]]));
  let finish: (states: ReadonlyMap<PeerId, FileState>) => void = () => undefined;
  const finished = new Promise<ReadonlyMap<PeerId, FileState>>((resolve) => (finish = resolve));
  const set = (state: FileState) => {
    states.set(new Map([[farId, state]]));
    if (state.phase === 'done' || state.phase === 'failed') finish(states.get());
  };
  return { readable: states.readable, finished, set };
}

/** A control stream that counts what is sent to all of its subscribers at once. */
export function fakeControl(...peers: readonly FakePeer[]) {
  const peerStreams = cell<readonly PeerStream[]>(peers.map(({ stream }) => stream));
  const toAll: Value[][] = [];
  const stream = {
    peerStreams: peerStreams.readable,
    send: (handler: string, ...args: Value[]): Delivery => {
      toAll.push([handler, ...args]);
      const all = peers.map((peer) => peer.take([handler, ...args]).delivered);
      return {
        accepted: Promise.resolve(),
        delivered: Promise.all(all).then((maps) => new Map(maps.flatMap((one) => [...one]))),
      };
    },
    sendFile: (file: Blob, options: { readonly name?: string } = {}): FileTransfer => ({
      ...{ name: options.name ?? 'of the stream', type: file.type, size: file.size },
      peers: cell<ReadonlyMap<PeerId, FileState>>(new Map()).readable,
      finished: Promise.resolve(new Map()),
      cancel: () => undefined,
    }),
  } as unknown as OutgoingStream;
  return { stream, toAll };
}

/** A control stream as it is played: what is registered on it can be called, and nothing else; the rest is said to wait. */
export class FakeIncoming {
  readonly state = cell<IncomingState>({ phase: 'requested' });
  readonly stream: IncomingStream;
  /** How loud it is. */
  level: number | undefined;
  /** What has come of its audio. */
  received = { packets: 0, packetsLost: 0 };
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #responders = new Map<string, Responder>();
  readonly #listeners = new Set<(offer: FileOffer) => void>();

  constructor(name = 'alice') {
    this.stream = {
      farId: idOf(name),
      state: this.state.readable,
      handle: (handler: string, handle: Handler) => {
        const all = this.#handlers.get(handler) ?? new Set();
        this.#handlers.set(handler, all.add(handle));
        return () => {
          all.delete(handle);
        };
      },
      respond: (handler: string, responder: Responder) => {
        if (this.#responders.has(handler)) throw new ConclaveError('usage/invalid-argument');
        this.#responders.set(handler, responder);
        return () => this.#responders.delete(handler);
      },
      onFile: (listener: (offer: FileOffer) => void) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      audioLevel: () => this.level,
      stats: async () => ({ atMs: 0, audio: { ...this.received }, video: undefined }),
      close: async () => this.state.set({ phase: 'closed', code: 'stream/unsubscribed' }),
    } as unknown as IncomingStream;
  }

  /** The names on it that somebody listens to. */
  get names(): readonly string[] {
    return [...this.#handlers].flatMap(([name, all]) => (all.size > 0 ? [name] : []));
  }

  /** A message comes: whether somebody took it. */
  call(name: string, ...args: Value[]): boolean {
    const handlers = [...(this.#handlers.get(name) ?? [])];
    for (const handle of handlers) handle(...args);
    return handlers.length > 0;
  }

  /** A question comes: `nobody` where it has no responder. */
  ask(name: string, ...args: Value[]): ReturnType<Responder> {
    const responder = this.#responders.get(name);
    return responder ? responder(...args) : 'nobody';
  }

  /** A file is offered: how many hear of it. */
  offer(offer: FileOffer): number {
    for (const listener of [...this.#listeners]) listener(offer);
    return this.#listeners.size;
  }
}
