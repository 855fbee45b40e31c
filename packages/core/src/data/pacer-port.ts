import type { Lane, PeerId } from '@conclave/protocol';

/** The lanes whose frames wait at this end for their turn. */
export type PacedLane = Extract<Lane, 'messages' | 'bulk'>;

/**
 * Decides how much leaves, and when. What waits inside the browser can no longer be overtaken, so little may wait there;
 * what messages and files may use of a path besides is a matter of everything else that uses it.
 */
export interface Pacer {
  /** Bytes that may be buffered on a lane to a peer before no more is handed over. */
  windowBytes(farId: PeerId, lane: Lane): number;
  /** Bytes of a file in one frame to a peer: 10 ms of the present rate, from 1,100 to 16,384. */
  frameBytes(farId: PeerId): number;
  /**
   * Bytes that may leave to a peer on a lane just now; a frame leaves while it is above 0. `Infinity` where the window
   * alone bounds it. A pacer that has said 0 calls `wake` once there is room again.
   */
  allowance(farId: PeerId, lane: PacedLane): number;
  /**
   * A frame was handed to a lane.
   *
   * @param bytes - Its length, header included.
   * @param bufferedBytes - What had not left before it: 0 where the lane had run dry.
   */
  sent(farId: PeerId, lane: PacedLane, bytes: number, bufferedBytes: number): void;
  /** Called when a connection begins to use this pacer: `wake` asks again what may leave to a peer. */
  start(wake: (farId: PeerId) => void): void;
  /** Called when a connection no longer uses this pacer. */
  stop(): void;
}
