import type { Connection } from '@conclave/core';
import { enterRoom } from '@conclave/core/rooms';

import type { MembershipSource } from './source.js';

/** The member list of the rendezvous. Rejects with `room/full`, `room/limit`, `rendezvous/...`, `usage/closed`. */
export function openRendezvousSource(connection: Connection, room: string): Promise<MembershipSource> {
  return enterRoom(connection, room);
}
