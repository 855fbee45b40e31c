import { cell, type Delivery, type PeerId, type Readable, type Value } from '@conclave/core';
import type { Room } from '@conclave/mesh';

import { MAX_KEPT_MESSAGES } from './limits.js';
import { listened } from './listened.js';

/** What became of a message of ours, at those who were present when it was sent. */
export type SentState =
  | { readonly phase: 'sending' }
  /** These have it: all who were present, which may have been nobody. */
  | { readonly phase: 'delivered'; readonly to: readonly PeerId[] }
  /** Some did not get it, or were gone before they said so. */
  | { readonly phase: 'incomplete'; readonly to: readonly PeerId[]; readonly missedBy: readonly PeerId[] };

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
  /** The messages; see {@link listened}. */
  readonly list: Readable<readonly Message[]>;
  readonly #room: Room;
  readonly #handler: string;
  readonly #list = cell<readonly Message[]>([]);
  #nextId = 0;

  constructor(room: Room, handler: string) {
    this.#room = room;
    this.#handler = handler;
    this.list = listened(room, this.#list, () =>
      room.handle(handler, ({ id }, value) => {
        this.#add({ from: id, value });
      }),
    );
  }

  /** Sends to everybody who is present. Throws what `room.send` throws; nothing is listed then. */
  readonly send = (value: Value): Delivery => {
    const delivery = this.#room.send(this.#handler, value);
    const message: Message = this.#add({ from: this.#room.nearId, value, sent: { phase: 'sending' } });
    void delivery.delivered.then((outcomes) => {
      const to: PeerId[] = [];
      const missedBy: PeerId[] = [];
      for (const [farId, outcome] of outcomes) (outcome === 'delivered' ? to : missedBy).push(farId);
      this.#settle(
        message,
        missedBy.length === 0 ? { phase: 'delivered', to } : { phase: 'incomplete', to, missedBy },
      );
    });
    return delivery;
  };

  #add(said: Omit<Message, 'id' | 'atMs'>): Message {
    const message = { id: this.#nextId++, atMs: Date.now(), ...said };
    this.#list.set([...this.#list.get(), message].slice(-MAX_KEPT_MESSAGES));
    return message;
  }

  #settle(message: Message, sent: SentState): void {
    const messages = this.#list.get();
    if (!messages.includes(message)) return; // too old to be kept
    this.#list.set(messages.map((one) => (one === message ? { ...message, sent } : one)));
  }
}
