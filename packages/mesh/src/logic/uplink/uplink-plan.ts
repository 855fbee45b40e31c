/** Who gets what of the uplink. Bit rates are in bits per second. */
export interface UplinkPlan {
  /** The capacity that was divided, on the wire. */
  readonly capacityBps: number;
  /** In the order of their IDs. */
  readonly subscribers: readonly SubscriberPlan[];
  /** Audio and video of all, on the wire. */
  readonly mediaBps: number;
  /** Whether everybody's audio, and the floors of messages, fit with what is kept in reserve. */
  readonly audioSafe: boolean;
}

/** What one subscriber gets. */
export interface SubscriberPlan {
  /** Who it is. */
  readonly farId: string;
  /** Its audio: never paused. */
  readonly audio: AudioPlan;
  /** Its videos, in the order of their names. */
  readonly videos: readonly VideoPlan[];
  /** What is kept for its messages, on the wire. */
  readonly messageBps: number;
}

/** How audio is sent to one subscriber. */
export interface AudioPlan {
  /** `thin`: a lower rate in longer packets, where the uplink cannot carry `normal` for everybody. */
  readonly encoding: 'normal' | 'thin';
  /** The most that each of its encoders may take. */
  readonly maxBitrateBps: number;
  /** All its audio, on the wire. */
  readonly wireBps: number;
}

/** How one video is sent to one subscriber. */
export interface VideoPlan {
  /** The name of the stream. */
  readonly stream: string;
  /** `full`: as the source is. `reduced`: smaller, or with fewer frames. `paused`: not at all. */
  readonly state: 'full' | 'reduced' | 'paused';
  /** The most that the encoder may take; 0 while paused. */
  readonly maxBitrateBps: number;
  /** The same on the wire: headers and retransmissions added. */
  readonly wireBps: number;
  /** Divides both sides of the source; never under 1. */
  readonly scaleResolutionDownBy: number;
  /** Frames per second; 0 while paused. */
  readonly maxFramerate: number;
  /** Height of the picture that is sent, in pixels; 0 while paused. */
  readonly height: number;
  /** Why it is not `full`: the uplink or the processor carries no more, or the subscriber asked for no more. */
  readonly why?: 'uplink' | 'cpu' | 'asked';
}
