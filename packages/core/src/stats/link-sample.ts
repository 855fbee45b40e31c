import type { PeerId } from '@conclave/protocol';

import type { Limitation } from './media-stats.js';

/** How one track does on its way to one subscriber, since the sample before. */
export interface SenderSample {
  /** The stream that it belongs to. */
  readonly stream: string;
  /** What it carries. */
  readonly kind: 'audio' | 'video';
  /** What was sent of it, on the wire: payload, RTP headers, and 44 bytes of SRTP, UDP and IP for each packet. */
  readonly bitrateBps: number;
  /** What the encoder is asked to produce; Chromium only. */
  readonly targetBps: number | undefined;
  /** The most that it may take, where a budget has said so. */
  readonly maxBitrateBps: number | undefined;
  /** Whether it is less than a budget lets it be because the path does not carry it. */
  readonly isShort: boolean;
  /** Video: why it is less than it could be. */
  readonly limitation: Limitation | undefined;
  /** Video: frames encoded in the last second. */
  readonly framesPerSecond: number | undefined;
  /** Video: lines. */
  readonly height: number | undefined;
  /** Video: what one frame takes to encode, on average. */
  readonly encodeMs: number | undefined;
  /** Part of the packets that did not arrive, 0 to 1, as the far end says. */
  readonly lossRatio: number | undefined;
}

/** How one link does, as a budget for the uplink wants to know it: since the sample before. */
export interface LinkSample {
  /** The peer at the other end. */
  readonly farId: PeerId;
  /**
   * What this end sent on the wire, with 28 bytes of UDP and IP for each packet where the browser counts packets; only what its
   * tracks did where the path has changed meanwhile.
   */
  readonly sentBps: number;
  /** What the browser believes that the path carries; not in Firefox. Meaningful only while video is short: see DESIGN, the uplink. */
  readonly ceilingBps: number | undefined;
  /** The latest round trip time of the path. */
  readonly rttMs: number | undefined;
  /** The worst loss of what is sent, 0 to 1, as the far end says. */
  readonly lossRatio: number | undefined;
  /** Whether video is less than a budget lets it be because the path does not carry it. */
  readonly videoShort: boolean;
  /** Every track that is sent. */
  readonly senders: readonly SenderSample[];
}
