import { useEffect, useRef } from 'react';

import type { RoomCapacity, RoomUplink, UplinkChange } from '@conclave/mesh';

import { NOTHING } from './derived.js';
import { useReadable } from './use-readable.js';
import { useRoom } from './use-room.js';

/** How the uplink is divided in the joined room: who gets what, and why; `undefined` while no room is joined. Renders about once a second. */
export function useUplink(): RoomUplink | undefined {
  return useReadable<RoomUplink | undefined>(useRoom()?.uplink ?? NOTHING);
}

/** How many people the joined room holds at this end, and what limits that; `undefined` while no room is joined. */
export function useRoomCapacity(): RoomCapacity | undefined {
  return useReadable<RoomCapacity | undefined>(useRoom()?.capacity ?? NOTHING);
}

/**
 * Calls back when somebody in the joined room gets less of this end's video than before, or more again; the latest
 * callback that was rendered is called.
 *
 * @example
 * ```tsx
 * useUplinkChanges(({ farId, words }) => toast(`${nameOf(farId)}: ${words}`));
 * ```
 */
export function useUplinkChanges(listener: (change: UplinkChange) => void): void {
  const room = useRoom();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => room?.onUplinkChange((change) => latest.current(change)), [room]);
}
