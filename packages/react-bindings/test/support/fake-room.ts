import {
  cell,
  ConclaveError,
  type Cell,
  type Connection,
  type ConnectionState,
  type Delivery,
  type ErrorCode,
  type FileOffer,
  type FileOptions,
  type FileState,
  type IncomingStream,
  type Link,
  type Outcome,
  type PeerId,
  type Value,
  type VerificationCode,
} from '@conclave/core';
import type {
  ConnectionQuality,
  Participant,
  ParticipantState,
  Room,
  RoomCapacity,
  RoomHealth,
  RoomState,
  RoomUplink,
  UplinkChange,
} from '@conclave/mesh';

type Handle = (from: Participant, ...args: Value[]) => void;
type Listen = (from: Participant, offer: FileOffer) => void;

/** A file that was sent: a test says how it is doing. */
export interface FakeTransfer {
  readonly peers: Cell<ReadonlyMap<PeerId, FileState>>;
  readonly options: FileOptions | undefined;
  cancels: number;
}

/** A file that somebody offers: a test says how it is doing, and what `accept` comes to. */
export class FakeOffer {
  readonly state = cell<FileState>({ phase: 'offered' });
  readonly accepted: ({ readonly to?: WritableStream<Uint8Array> } | undefined)[] = [];
  ends = 0;
  settle: (blob?: Blob) => void = () => undefined;
  readonly offer: FileOffer;

  constructor(name: string, size: number) {
    const end = () => {
      this.ends += 1;
      const { phase } = this.state.get();
      if (phase !== 'done' && phase !== 'failed') this.fail('file/refused');
    };
    this.offer = {
      ...{ name, type: 'text/plain', size, metadata: { why: 'tea' } },
      state: this.state.readable,
      accept: (options: { readonly to?: WritableStream<Uint8Array> } | undefined) => {
        if (this.accepted.length > 0) throw new ConclaveError('usage/invalid-argument');
        this.accepted.push(options);
        return new Promise<Blob | undefined>((resolve) => (this.settle = resolve));
      },
      refuse: end,
      cancel: end,
    } as unknown as FileOffer;
  }

  fail(code: ErrorCode): void {
    this.state.set({ phase: 'failed', code });
  }
}

/** A participant whose parts a test sets. */
export interface FakeParticipant {
  readonly participant: Participant;
  readonly state: Cell<ParticipantState>;
  readonly metadata: Cell<Value | undefined>;
  readonly streams: Cell<ReadonlyMap<string, IncomingStream>>;
  readonly link: Cell<Link | undefined>;
  readonly quality: Cell<ConnectionQuality>;
}

export function fakeParticipant(id: PeerId): FakeParticipant {
  const state = cell<ParticipantState>({ phase: 'present' });
  const metadata = cell<Value | undefined>(undefined);
  const streams = cell<ReadonlyMap<string, IncomingStream>>(new Map());
  const link = cell<Link | undefined>(undefined);
  const quality = cell<ConnectionQuality>('unknown');
  const participant = {
    id,
    state: state.readable,
    metadata: metadata.readable,
    streams: streams.readable,
    link: link.readable,
    quality: quality.readable,
  } as Participant;
  return { participant, state, metadata, streams, link, quality };
}

/** A proven link with a code. Links to one peer share what is verified. */
export function fakeLink(
  verificationCode: VerificationCode,
  verified: Cell<boolean> = cell(false),
): Pick<Link, 'verificationCode' | 'verified' | 'verify'> {
  return { verificationCode, verified: verified.readable, verify: () => verified.set(true) };
}

/** What a test sees of a publisher: which tracks were attached, in order. */
export interface Attached {
  readonly audio: (MediaStreamTrack | null)[];
  readonly video: (MediaStreamTrack | null)[];
}

/** A room of real cells, without a network: a test says who comes and what they send. */
export class FakeRoom {
  readonly participants = cell<readonly Participant[]>([]);
  readonly state = cell<RoomState>({ phase: 'joined' });
  readonly activeSpeaker = cell<PeerId | undefined>(undefined);
  readonly health = cell<RoomHealth>({ pairs: [], isWhole: true });
  readonly uplink = cell<RoomUplink>({
    capacityBps: 1_000_000,
    source: 'learnt',
    use: [],
    subscribers: [],
    mediaBps: 0,
    audioSafe: true,
  });
  readonly capacity = cell<RoomCapacity>({
    now: 1,
    limit: 8,
    bound: 'maxPeerConnections',
  });
  readonly said: Value[] = [];
  readonly sent: { readonly handler: string; readonly value: Value; settle(outcome: Outcome): void }[] = [];
  readonly attached: Attached = { audio: [], video: [] };
  readonly transfers: FakeTransfer[] = [];
  readonly room: Room;
  leaves = 0;
  readonly #listeners = new Set<Listen>();
  readonly #uplinkListeners = new Set<(change: UplinkChange) => void>();
  readonly #handlers = new Map<string, Set<Handle>>();

  constructor(name: string) {
    const camera = {
      name: 'camera',
      attachAudio: async (track: MediaStreamTrack | null) => void this.attached.audio.push(track),
      attachVideo: async (track: MediaStreamTrack | null) => void this.attached.video.push(track),
    };
    this.room = {
      name,
      nearId: 'a'.repeat(64) as PeerId,
      state: this.state.readable,
      participants: this.participants.readable,
      trust: 'introduced',
      activeSpeaker: this.activeSpeaker.readable,
      health: this.health.readable,
      uplink: this.uplink.readable,
      capacity: this.capacity.readable,
      onUplinkChange: (listener: (change: UplinkChange) => void) => {
        this.#uplinkListeners.add(listener);
        return () => this.#uplinkListeners.delete(listener);
      },
      streams: new Map([['camera', camera]]),
      setMetadata: (metadata: Value) => void this.said.push(metadata),
      send: (handler: string, value: Value) => this.#send(handler, value),
      handle: (handler: string, handle: Handle) => {
        const handles = this.#handlers.get(handler) ?? new Set();
        this.#handlers.set(handler, handles.add(handle));
        return () => handles.delete(handle);
      },
      sendFile: (file: File, options?: FileOptions) => this.#sendFile(file, options),
      onFile: (listener: Listen) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      leave: async () => {
        this.leaves += 1;
        if (this.state.get().phase !== 'left') this.state.set({ phase: 'left' });
      },
    } as unknown as Room;
  }

  /** How many listen for messages of a name. */
  listeners(handler: string): number {
    return this.#handlers.get(handler)?.size ?? 0;
  }

  /** A message comes. */
  receive(from: Participant, handler: string, ...args: Value[]): void {
    for (const handle of this.#handlers.get(handler) ?? []) handle(from, ...args);
  }

  /** Somebody gets less, or more again. */
  changeUplink(change: UplinkChange): void {
    for (const listener of this.#uplinkListeners) listener(change);
  }

  /** How many listen for files. */
  get fileListeners(): number {
    return this.#listeners.size;
  }

  /** A file is offered. */
  offer(from: Participant, { offer }: FakeOffer): void {
    for (const listener of this.#listeners) listener(from, offer);
  }

  #sendFile(file: File, options: FileOptions | undefined) {
    const states = this.participants.get().map(({ id }) => [id, { phase: 'offered' }] as const);
    const made: FakeTransfer = { peers: cell(new Map(states)), options, cancels: 0 };
    this.transfers.push(made);
    return {
      ...{ name: options?.name ?? file.name, type: file.type, size: file.size },
      peers: made.peers.readable,
      cancel: () => (made.cancels += 1),
    };
  }

  #send(handler: string, value: Value): Delivery {
    if (this.state.get().phase === 'left') throw new ConclaveError('usage/closed');
    let settle: (outcome: Outcome) => void = () => undefined;
    const outcome = new Promise<Outcome>((resolve) => (settle = resolve));
    this.sent.push({ handler, value, settle });
    const to = this.participants.get().map(({ id }) => id);
    return {
      accepted: Promise.resolve(),
      delivered: outcome.then((one) => new Map(to.map((id) => [id, one]))),
    };
  }
}

/** A connection of which a test says how it stands. */
export class FakeConnection {
  readonly state = cell<ConnectionState>({ phase: 'connected', url: 'ws://fake', iceServers: [] });
  closes = 0;
  readonly connection = {
    nearId: 'a'.repeat(64),
    state: this.state.readable,
    close: async () => {
      this.closes += 1;
    },
  } as unknown as Connection;
}
