import type { Lane, PeerId } from '@conclave/protocol';

/** Decides how much may wait inside the browser for a lane: what waits there can no longer be overtaken. */
export interface Pacer {
  /** Bytes that may be buffered on a lane to a peer before no more is handed over. */
  windowBytes(farId: PeerId, lane: Lane): number;
}

/** Small enough that a message waits behind little; large enough that SCTP never runs dry between two events. */
const DEFAULT_WINDOW_BYTES = 64 * 1024;

/** The pacer of a connection without a budget. */
export const defaultPacer: Pacer = { windowBytes: () => DEFAULT_WINDOW_BYTES };
