import type { PeerId } from '@conclave/core';
import type { ConnectionQuality } from '@conclave/mesh';

import { constant } from './derived.js';
import { useFoundParticipant } from './use-participant.js';
import { useReadable } from './use-readable.js';

const UNKNOWN = constant<ConnectionQuality>('unknown');

/**
 * How well one can talk with a participant; `unknown` where nobody in the room has this ID. Renders again only when it is
 * another one. Show it in words or shapes, not by colour alone.
 */
export function useConnectionQuality(id: PeerId): ConnectionQuality {
  return useReadable(useFoundParticipant(id)?.quality ?? UNKNOWN);
}
