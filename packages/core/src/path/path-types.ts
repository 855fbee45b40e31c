import type { PeerId } from '@conclave/protocol';

/** What a far end says about every 50 ms while files or soundings of ours arrive there. */
export interface PathReport {
  /** The far end. */
  readonly farId: PeerId;
  /**
   * The least time that a frame was on its way since the report before, in milliseconds, by two clocks that nobody has set: only
   * differences between reports of one link mean anything. It wraps after an hour without any report.
   */
  readonly minDelayMs: number;
  /** The median of the same. */
  readonly medianDelayMs: number;
  /** Bytes of files that came since the report before. */
  readonly bytes: number;
  /** Timed frames that came since the report before. */
  readonly packets: number;
  /** Whether the far end receives live audio of somebody else just now (RFC 7016 section 3.5.2.1). */
  readonly isTimeCritical: boolean;
}

/** How a train of packets that left back to back arrived: its spread is what the slowest line of the path takes for it. */
export interface TrainReport {
  /** Packets that came. */
  readonly packets: number;
  /** Bytes of all but the first one, as they are on the wire. */
  readonly bytes: number;
  /** From the first one to the last, in milliseconds. */
  readonly spreadMs: number;
}
