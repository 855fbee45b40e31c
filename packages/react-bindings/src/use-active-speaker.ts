import type { PeerId } from '@conclave/core';

import { NOTHING } from './derived.js';
import { useReadable } from './use-readable.js';
import { useRoom } from './use-room.js';

/**
 * Which participant is speaking, or `undefined`: coughs, pauses between words and noise do not change it, two seconds of
 * silence do. Never this end. Renders again when it is another one.
 *
 * @example
 * ```tsx
 * const isSpeaking = useActiveSpeaker() === id;
 * ```
 */
export function useActiveSpeaker(): PeerId | undefined {
  return useReadable<PeerId | undefined>(useRoom()?.activeSpeaker ?? NOTHING);
}
