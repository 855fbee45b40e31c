import { useMemo } from 'react';

import { ConclaveError, type Delivery, type Readable, type Value } from '@conclave/core';

import { constant } from './derived.js';
import type { Message } from './message-log.js';
import { useSeat } from './room-context.js';
import { useReadable } from './use-readable.js';
import { useRoom } from './use-room.js';

/** What {@link useMessages} returns: the same object until a message comes or its state changes. */
export interface Messages {
  /** The latest 1,000, our own among them, in the order of this end. */
  readonly messages: readonly Message[];
  /** Sends to everybody present. Throws `data/too-large`, `data/unsupported-value`, or `usage/closed` without a room. */
  readonly send: (value: Value) => Delivery;
}

const noMessages: Readable<readonly Message[]> = constant([]);

/**
 * The messages of the joined room under one name, peer to peer. They are kept for as long as the room is, also while no
 * component shows them, from the first time that one did.
 */
export function useMessages(handler: string): Messages {
  const seat = useSeat();
  const room = useRoom();
  const log = useMemo(() => room && seat.messages(room, handler), [seat, room, handler]);
  const messages = useReadable(log?.list ?? noMessages);
  return useMemo(
    () => ({
      messages,
      send(value) {
        if (!log) throw new ConclaveError('usage/closed', { hint: 'Join a room first.' });
        return log.send(value);
      },
    }),
    [messages, log],
  );
}
