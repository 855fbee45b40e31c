import type { Lane, PeerId } from '@conclave/protocol';

/**
 * Decides how much leaves, and when. What waits inside the browser can no longer be overtaken, so little may wait there;
 * what files may use of a path besides is a matter of everything else that uses it.
 */
export interface Pacer {
  /** Bytes that may be buffered on a lane to a peer before no more is handed over. */
  windowBytes(farId: PeerId, lane: Lane): number;
  /** Bytes of a file in one frame to a peer: 10 ms of the present rate, from 1,100 to 8,192. */
  frameBytes(farId: PeerId): number;
  /**
   * Bytes of files that may leave to a peer just now, of all its transfers together; a frame leaves while it is above 0.
   * `Infinity` where the window alone bounds it. A pacer that has said 0 calls `wake` once there is room again.
   */
  bulkBytes(farId: PeerId): number;
  /**
   * A frame of a file was handed to the lane bulk.
   *
   * @param bytes - Its length, header included.
   * @param bufferedBytes - What had not left before it: 0 where the lane had run dry.
   */
  bulkSent(farId: PeerId, bytes: number, bufferedBytes: number): void;
  /** Called once, when a connection begins to use this pacer: `wake` asks again what may leave to a peer. */
  start(wake: (farId: PeerId) => void): void;
}
