import type { PeerId } from '@conclave/protocol';

/** How one link does, as a budget for the uplink wants to know it. */
export interface LinkSample {
  /** The peer at the other end. */
  readonly farId: PeerId;
  /** What this end sent since the sample before. */
  readonly sentBps: number;
  /** What the browser believes that the path carries; not in Firefox. */
  readonly ceilingBps: number | undefined;
  /** The latest round trip time of the path. */
  readonly rttMs: number | undefined;
}
