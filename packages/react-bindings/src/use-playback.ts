import type { PlaybackState } from './playback.js';
import { useSeat } from './room-context.js';
import { useReadable } from './use-readable.js';

/**
 * Whether the browser lets the sound of the room be heard. When it is `blocked`, show a button that calls `start`: one
 * click starts everything that waits.
 */
export function usePlayback(): PlaybackState {
  return useReadable(useSeat().playback.state);
}
