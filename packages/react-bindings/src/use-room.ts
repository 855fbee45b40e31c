import { useContext, useMemo } from 'react';

import type { Room } from '@conclave/mesh';

import { derived, NOTHING } from './derived.js';
import type { JoinState } from './join-state.js';
import { RoomContext, useSeat } from './room-context.js';
import { useReadable } from './use-readable.js';

const roomOf = (state: JoinState) => (state.phase === 'joined' ? state.room : undefined);

/**
 * The room that the nearest RoomProvider is in, or `undefined`. Renders again only when it is another one. Its `trust`
 * says what one can rely on there; see `useVerification` for what one can do about it.
 */
export function useRoom(): Room | undefined {
  useSeat();
  return useRoomIfAny();
}

/** The same where there need not be a RoomProvider. */
export function useRoomIfAny(): Room | undefined {
  const state = useContext(RoomContext)?.state;
  return useReadable<Room | undefined>(useMemo(() => (state ? derived(state, roomOf) : NOTHING), [state]));
}
