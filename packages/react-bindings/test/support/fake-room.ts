import {
  cell,
  ConclaveError,
  type Cell,
  type Connection,
  type ConnectionState,
  type Delivery,
  type IncomingStream,
  type Link,
  type Outcome,
  type PeerId,
  type Value,
  type VerificationCode,
} from '@conclave/core';
import type { Participant, ParticipantState, Room, RoomState } from '@conclave/mesh';

type Handle = (from: Participant, ...args: Value[]) => void;

/** A participant whose parts a test sets. */
export interface FakeParticipant {
  readonly participant: Participant;
  readonly state: Cell<ParticipantState>;
  readonly metadata: Cell<Value | undefined>;
  readonly streams: Cell<ReadonlyMap<string, IncomingStream>>;
  readonly link: Cell<Link | undefined>;
}

export function fakeParticipant(id: PeerId): FakeParticipant {
  const state = cell<ParticipantState>({ phase: 'present' });
  const metadata = cell<Value | undefined>(undefined);
  const streams = cell<ReadonlyMap<string, IncomingStream>>(new Map());
  const link = cell<Link | undefined>(undefined);
  const participant = {
    id,
    state: state.readable,
    metadata: metadata.readable,
    streams: streams.readable,
    link: link.readable,
  } as Participant;
  return { participant, state, metadata, streams, link };
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
  readonly said: Value[] = [];
  readonly sent: { readonly handler: string; readonly value: Value; settle(outcome: Outcome): void }[] = [];
  readonly attached: Attached = { audio: [], video: [] };
  readonly room: Room;
  leaves = 0;
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
      streams: new Map([['camera', camera]]),
      setMetadata: (metadata: Value) => void this.said.push(metadata),
      send: (handler: string, value: Value) => this.#send(handler, value),
      handle: (handler: string, handle: Handle) => {
        const handles = this.#handlers.get(handler) ?? new Set();
        this.#handlers.set(handler, handles.add(handle));
        return () => handles.delete(handle);
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
