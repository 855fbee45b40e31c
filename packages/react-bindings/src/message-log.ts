import { cell, type Delivery, type PeerId, type Readable, type Value } from '@conclave/core';
import type { Room } from '@conclave/mesh';

import { MAX_KEPT_MESSAGES } from './limits.js';

/** What became of a message of ours, at those who were present when it was sent. */
export type SentState =
  | { readonly phase: 'sending' }
  | { readonly phase: 'delivered' }
  /** These did not get it, or were gone before they said so. */
  | { readonly phase: 'incomplete'; readonly missedBy: readonly PeerId[] };

/** A message of a room. The same object until its state changes. */
export interface Message {
  /** Unique in its list. */
  readonly id: number;
  /** Who sent it: proven on the link. */
  readonly from: PeerId;
  /** What was sent. What others send is theirs to choose: check its form before use. */
  readonly value: Value | undefined;
  /** When it was sent or came here, by the clock of this end, in milliseconds since 1970. */
  readonly atMs: number;
  /** Only for what this end has sent. */
  readonly sent?: SentState;
}

/** The messages of one room under one name, our own among them, in the order of this end. */
export class MessageLog {
  readonly #room: Room;
  readonly #handler: string;
  readonly #list = cell<readonly Message[]>([]);
  #isListening = false;
  #nextId = 0;

  constructor(room: Room, handler: string) {
    this.#room = room;
    this.#handler = handler;
  }

  /** Listens from the first subscription until the room is left, so that a panel that was closed has missed nothing. */
  readonly list: Readable<readonly Message[]> = {
    get: () => this.#list.get(),
    subscribe: (listener) => {
      this.#listen();
      return this.#list.subscribe(listener);
    },
  };

  /** Sends to everybody who is present. Throws what `room.send` throws; nothing is listed then. */
  send(value: Value): Delivery {
    const delivery = this.#room.send(this.#handler, value);
    const message: Message = this.#add({ from: this.#room.nearId, value, sent: { phase: 'sending' } });
    void delivery.delivered.then((outcomes) => {
      const missedBy = [...outcomes].flatMap(([farId, outcome]) => (outcome === 'delivered' ? [] : [farId]));
      this.#settle(
        message,
        missedBy.length === 0 ? { phase: 'delivered' } : { phase: 'incomplete', missedBy },
      );
    });
    return delivery;
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const stop = this.#room.handle(this.#handler, ({ id }, value) => void this.#add({ from: id, value }));
    const stopWatching = this.#room.state.subscribe(() => {
      if (this.#room.state.get().phase !== 'left') return;
      stop();
      stopWatching();
    });
  }

  #add(said: Omit<Message, 'id' | 'atMs'>): Message {
    const message = { id: this.#nextId++, atMs: Date.now(), ...said };
    this.#list.set([...this.#list.get(), message].slice(-MAX_KEPT_MESSAGES));
    return message;
  }

  #settle(message: Message, sent: SentState): void {
    this.#list.set(this.#list.get().map((one) => (one === message ? { ...message, sent } : one)));
  }
}
