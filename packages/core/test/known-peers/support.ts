import type { PeerId } from '@conclave/protocol';

/** A peer ID for each number. */
export const idOf = (number: number) => number.toString(16).padStart(64, '0') as PeerId;
/** What pins somebody whose identity outlives the page. */
export const persistent = { persistent: true };
