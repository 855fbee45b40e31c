import { useEffect, useMemo, useRef } from 'react';

import type { JoinState } from './join-state.js';
import { useSeat } from './room-context.js';
import type { RoomWish } from './stay.js';
import { useReadable } from './use-readable.js';

/** What {@link useJoinRoom} returns: the same object until the state changes. */
export interface JoinedRoom {
  /** How it stands with the room. */
  readonly state: JoinState;
  /** Leaves; the state is `left` at once. Resolves when everything is closed. Never rejects. */
  readonly leave: () => Promise<void>;
  /** Joins again after `failed` or `left`; does nothing at any other time. */
  readonly retry: () => void;
}

/**
 * Is in a room for as long as the component is mounted. Another `room` or `secret` leaves the former one; other `metadata`
 * (compared by value) is told to the others at once; of `admit`, which may be written anew at each render, the latest is
 * asked; the rest, whether there is an `admit` among it, is read when joining. Failures are a state, never thrown.
 * Several components below one provider may join the same room: it is joined once.
 *
 * @example
 * ```tsx
 * const { state, leave, retry } = useJoinRoom({ room: 'tea', metadata: { name: 'Alice' } });
 * if (state.phase === 'failed') return <button onClick={retry}>{state.error.message}: try again</button>;
 * ```
 */
export function useJoinRoom(options: RoomWish): JoinedRoom {
  const seat = useSeat();
  const { room, secret, metadata } = options;
  const latest = useRef(options);
  // In this order: what is held is what was rendered last.
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const { admit, ...rest } = latest.current;
    return seat.hold({
      ...rest,
      room,
      ...(secret !== undefined && { secret }),
      // What the application has learned since it joined counts for whoever comes now.
      ...(admit && { admit: (member, signal) => (latest.current.admit ?? admit)(member, signal) }),
    });
  }, [seat, room, secret]);
  useEffect(() => seat.setMetadata(metadata));
  const state = useReadable(seat.state);
  return useMemo(() => ({ state, leave: seat.leave, retry: seat.retry }), [state, seat]);
}
