import { ConclaveError } from '@conclave/core';
import type { Room } from '@conclave/mesh';

import { useSeat } from './room-context.js';
import type { Seat } from './seat.js';
import { useRoom } from './use-room.js';

/** What the seat keeps of the joined room, or `undefined` without one; the same for as long as it is that room. */
export function useKept<Kept>(keptOf: (seat: Seat, room: Room) => Kept): Kept | undefined {
  const seat = useSeat();
  const room = useRoom();
  return room && keptOf(seat, room);
}

/** What sends where there is no room: throws `usage/closed`. */
export function notJoined(): never {
  throw new ConclaveError('usage/closed', { hint: 'Join a room first.' });
}
