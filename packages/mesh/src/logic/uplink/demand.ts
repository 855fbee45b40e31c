import type { PlanLimits } from './limits.js';
import type { UplinkPlan } from './uplink-plan.js';

/** What a plan is made from. The order of subscribers and videos means nothing. */
export interface PlanInput {
  /** What the uplink carries, on the wire, in bits per second. */
  readonly capacityBps: number;
  /** Those who receive something from this end, or are about to. */
  readonly subscribers: readonly SubscriberDemand[];
  /** The limits that are not the usual ones. */
  readonly limits?: Partial<PlanLimits> | undefined;
  /** The plan that is in force: a capacity that wobbles by 5 % round any value then changes no picture twice. */
  readonly previous?: UplinkPlan | undefined;
}

/** What one subscriber takes part in. */
export interface SubscriberDemand {
  /** Who it is: of equal demands, the lower one is served first. */
  readonly farId: string;
  /** How many senders of live audio it has. */
  readonly audioStreams: number;
  /** The videos that it wants, each under another name. */
  readonly videos: readonly VideoDemand[];
}

/** A video, as this end has it and as one subscriber wants it. */
export interface VideoDemand {
  /** The name of the stream. */
  readonly stream: string;
  /** What it is worth beside other videos, more than 0 and at most 100; 1 is usual. */
  readonly weight: number;
  /** Width of the source, in pixels; 0 where nobody knows yet. */
  readonly width: number;
  /** Height of the source, in pixels; 0 where nobody knows yet. */
  readonly height: number;
  /** Frames that the source gives per second; 0 where nobody knows yet. */
  readonly framerate: number;
  /** The height that is wanted at most, in pixels; 0 where nobody looks. */
  readonly maxHeight?: number | undefined;
  /** The frames per second that are wanted at most. */
  readonly maxFramerate?: number | undefined;
}
