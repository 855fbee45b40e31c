import {
  ConclaveError,
  type Connection,
  type ConnectOptions,
  type connect,
  type Value,
} from '@conclave/core';
import type { JoinOptions, Room, joinRoom } from '@conclave/mesh';

import type { JoinState } from './join-state.js';
import { sameValue } from './same-value.js';

/** Where to connect to, and by which functions. */
export interface StayDoors {
  readonly url: string | readonly string[];
  readonly options: Omit<ConnectOptions, 'signal'>;
  readonly connect: typeof connect;
  readonly joinRoom: typeof joinRoom;
}

/** What an application says of the room that it joins. */
export type RoomWish = Omit<JoinOptions, 'signal'>;

/**
 * One stay in a room, from the first dial to the last good-bye: one connection, one room. It never comes back; the next
 * one is another. What happens to it is told to `tell`, until it has ended.
 */
export class Stay {
  readonly #doors: StayDoors;
  readonly #wish: RoomWish;
  readonly #tell: (state: JoinState) => void;
  readonly #abort = new AbortController();
  #metadata: Value | undefined;
  #connection: Connection | undefined;
  #room: Room | undefined;
  #ended: Promise<void> | undefined;

  constructor(doors: StayDoors, wish: RoomWish, tell: (state: JoinState) => void) {
    this.#doors = doors;
    this.#wish = wish;
    this.#tell = tell;
    this.#metadata = wish.metadata;
  }

  /** Connects and joins; called once. Never rejects: what goes wrong is told. */
  async begin(): Promise<void> {
    const { url, options, connect, joinRoom } = this.#doors;
    const { signal } = this.#abort;
    this.#tell({ phase: 'connecting' });
    try {
      const connection = await connect(url, { ...options, signal });
      this.#connection = connection;
      signal.throwIfAborted();
      const metadata = this.#metadata;
      const room = await joinRoom(connection, {
        ...this.#wish,
        ...(metadata !== undefined && { metadata }),
        signal,
      });
      this.#room = room;
      signal.throwIfAborted();
      if (this.#metadata !== undefined && this.#metadata !== metadata) room.setMetadata(this.#metadata);
      this.#tell({ phase: 'joined', connection, room });
      room.state.subscribe(() => this.#followed(room));
      this.#followed(room);
    } catch (thrown) {
      if (this.#ended) await this.#release();
      else void this.#end({ phase: 'failed', error: errorOf(thrown) });
    }
  }

  /** Tells the others something new of this end; what is as it was is not said again. What cannot be sent is reported as uncaught. */
  setMetadata(metadata: Value | undefined): void {
    if (metadata === undefined || sameValue(metadata, this.#metadata)) return;
    this.#metadata = metadata;
    if (this.#ended) return;
    try {
      this.#room?.setMetadata(metadata);
    } catch (error) {
      // Called from an effect: a value that cannot be sent is a mistake to be reported, not the end of the tree.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  /** Leaves the room and closes the connection, or gives up the attempt. Calling it again waits for the same end. */
  leave(): Promise<void> {
    return this.#end({ phase: 'left' });
  }

  #followed(room: Room): void {
    const state = room.state.get();
    if (state.phase === 'left') void this.#end({ phase: 'left', error: state.error });
  }

  #end(state: JoinState): Promise<void> {
    if (!this.#ended) {
      // First of all: whoever hears of the end may ask for it again, and the room tells of its own.
      this.#ended = Promise.resolve().then(() => this.#release());
      this.#tell(state);
      this.#abort.abort();
    }
    return this.#ended;
  }

  /** In this order, so that the others hear a good-bye. Neither rejects. */
  async #release(): Promise<void> {
    await this.#room?.leave();
    await this.#connection?.close();
  }
}

function errorOf(thrown: unknown): ConclaveError {
  return thrown instanceof ConclaveError
    ? thrown
    : new ConclaveError('rendezvous/unavailable', { cause: thrown });
}
