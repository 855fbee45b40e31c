import type { LinkSample, PeerId } from '@conclave/core';

/** What one subscriber is sent just now, on the wire, in bits per second. */
export interface UplinkUse {
  /** Who it is. */
  readonly farId: PeerId;
  /** Its audio. */
  readonly audioBps: number;
  /** Its video. */
  readonly videoBps: number;
  /** Messages, files, and what a link costs by itself. */
  readonly otherBps: number;
}

/** What a link was used for. */
export function useOf({ farId, sentBps, senders }: LinkSample): UplinkUse {
  const of = (kind: 'audio' | 'video') =>
    senders.filter((one) => one.kind === kind).reduce((sum, { bitrateBps }) => sum + bitrateBps, 0);
  const [audioBps, videoBps] = [of('audio'), of('video')];
  return { farId, audioBps, videoBps, otherBps: Math.max(0, sentBps - audioBps - videoBps) };
}
