import type { PeerId } from '@conclave/protocol';

import { reportError } from '../state/report.js';
import type { FileProgress, FileState } from './file-types.js';

/** Tells how far a file has come with one peer, from one state to the next: each number once, its size at the end. */
export function progressOf(
  farId: PeerId,
  size: number,
  listener: ((progress: FileProgress) => void) | undefined,
): (state: FileState) => void {
  let told: number | undefined;
  return (state) => {
    const bytes = state.phase === 'done' ? size : state.phase === 'moving' ? state.bytes || told : told;
    if (bytes === undefined || bytes === told) return;
    told = bytes;
    try {
      listener?.({ farId, bytes, size });
    } catch (error) {
      reportError(error);
    }
  };
}
