import { useMemo } from 'react';

import type { Delivery, Value } from '@conclave/core';

import { EMPTY_LIST } from './derived.js';
import type { Message } from './message-log.js';
import { notJoined, useKept } from './use-kept.js';
import { useReadable } from './use-readable.js';

/** What {@link useMessages} returns: the same object until a message comes or its state changes. */
export interface Messages {
  /** The latest 1,000, our own among them, in the order of this end. */
  readonly messages: readonly Message[];
  /** Sends to everybody present. Throws `data/too-large`, `data/unsupported-value`, `data/congested` where nobody keeps up, or `usage/closed` without a room. */
  readonly send: (value: Value) => Delivery;
}

/**
 * The messages of the joined room under one name, peer to peer. They are kept for as long as the room is, also while no
 * component shows them, from the first time that one did.
 */
export function useMessages(handler: string): Messages {
  const log = useKept((seat, room) => seat.messages(room, handler));
  const messages = useReadable(log?.list ?? EMPTY_LIST);
  return useMemo(() => ({ messages, send: log?.send ?? notJoined }), [messages, log]);
}
