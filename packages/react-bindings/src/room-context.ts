import { createContext, useContext } from 'react';

import { ConclaveError } from '@conclave/core';

import type { Seat } from './seat.js';

/** The seat of the nearest RoomProvider. */
export const RoomContext = createContext<Seat | undefined>(undefined);

/** The seat of the nearest RoomProvider. Throws `usage/invalid-argument` where there is none. */
export function useSeat(): Seat {
  const seat = useContext(RoomContext);
  if (!seat) throw new ConclaveError('usage/invalid-argument', { hint: 'Put a <RoomProvider> around it.' });
  return seat;
}
