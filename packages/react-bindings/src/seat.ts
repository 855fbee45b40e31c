import { cell, type Readable, type Unsubscribe, type Value } from '@conclave/core';
import type { Room } from '@conclave/mesh';

import type { JoinState } from './join-state.js';
import { lease } from './lease.js';
import { MessageLog } from './message-log.js';
import { Playback } from './playback.js';
import { ReceivedFiles } from './received-files.js';
import { SentFiles } from './sent-files.js';
import { Stay, type RoomWish, type StayDoors } from './stay.js';

/** The place that a RoomProvider keeps for one room: whoever sits below it reads the same room. */
export class Seat {
  readonly playback = new Playback();
  /** The files that this end has sent in a room; the same list for everybody who asks. */
  readonly sentFiles = perRoom((room) => new SentFiles(room));
  /** The files that others offer in a room; the same list for everybody who asks. */
  readonly receivedFiles = perRoom((room) => new ReceivedFiles(room));
  readonly #doors: StayDoors;
  readonly #state = cell<JoinState>({ phase: 'idle' });
  readonly #logs = perRoom(() => new Map<string, MessageLog>());
  readonly #lease = lease<string>(() => this.#open());
  #wish: RoomWish | undefined;
  #stay: Stay | undefined;

  constructor(doors: StayDoors) {
    this.#doors = doors;
  }

  get state(): Readable<JoinState> {
    return this.#state.readable;
  }

  /** Stays in the room until the returned function is called; see {@link lease}. */
  hold(wish: RoomWish): Unsubscribe {
    this.#wish = wish;
    return this.#lease(JSON.stringify([wish.room, wish.secret]));
  }

  /** What the others are told of this end, from now on and at each retry. */
  setMetadata(metadata: Value | undefined): void {
    if (this.#wish && metadata !== undefined) this.#wish = { ...this.#wish, metadata };
    this.#stay?.setMetadata(metadata);
  }

  /** Leaves the room; whoever holds the seat sees `left`. Never rejects. */
  readonly leave = async (): Promise<void> => {
    const { phase } = this.#state.get();
    if (phase === 'connecting' || phase === 'joined') await this.#stay?.leave();
  };

  /** Joins again after `failed` or `left`; does nothing at any other time. */
  readonly retry = (): void => {
    const { phase } = this.#state.get();
    if (this.#stay && (phase === 'failed' || phase === 'left')) this.#enter();
  };

  /** The messages of a room under one name; the same list for everybody who asks. */
  messages(room: Room, handler: string): MessageLog {
    const logs = this.#logs(room);
    const log = logs.get(handler) ?? new MessageLog(room, handler);
    logs.set(handler, log);
    return log;
  }

  #open(): () => void {
    this.#enter();
    return () => {
      const stay = this.#stay;
      this.#stay = undefined;
      this.#state.set({ phase: 'idle' });
      void stay?.leave();
    };
  }

  #enter(): void {
    if (!this.#wish) return;
    const stay: Stay = new Stay(this.#doors, this.#wish, (state) => {
      // A stay that has gone may still have something to tell: nobody listens any more.
      if (this.#stay === stay) this.#state.set(state);
    });
    this.#stay = stay;
    void stay.begin();
  }
}

/** Makes what there is one of for each room, when it is asked for first. */
function perRoom<T extends object>(make: (room: Room) => T): (room: Room) => T {
  const made = new WeakMap<Room, T>();
  return (room) => {
    const known = made.get(room) ?? make(room);
    made.set(room, known);
    return known;
  };
}
