import type { RoomHealth } from '@conclave/mesh';

import { NOTHING } from './derived.js';
import { useReadable } from './use-readable.js';
import { useRoom } from './use-room.js';

/**
 * Who in the joined room is linked with whom; `undefined` while no room is joined. The same object until a pair changes.
 *
 * @example
 * ```tsx
 * const broken = useRoomHealth()?.pairs.filter(({ state }) => state === 'broken');
 * ```
 */
export function useRoomHealth(): RoomHealth | undefined {
  return useReadable<RoomHealth | undefined>(useRoom()?.health ?? NOTHING);
}
