import type { PeerId } from '@conclave/protocol';

import { readLinkStats, selectedPairId, type LinkStats } from './link-stats.js';
import type { LinkSample, SenderSample } from './link-sample.js';
import { sentOn, type SentMedia } from './media-stats.js';

/** A track that is sent on a link. */
export interface SampledSender {
  readonly stream: string;
  readonly kind: 'audio' | 'video';
  readonly mid: string;
  readonly maxBitrateBps: number | undefined;
}

interface Taken {
  readonly atMs: number;
  readonly stats: LinkStats;
  readonly pairId: string | undefined;
  readonly sent: ReadonlyMap<string, SentMedia>;
}

/** Headers of a packet of UDP over IPv4. */
const UDP_BYTES = 28;
/** SRTP's tag (RFC 7714 section 5), UDP and IP. */
const AROUND_RTP_BYTES = 16 + UDP_BYTES;
/**
 * An encoder that is asked for so much less than it may have is held back by the path. One that is not still gets a sixth less in
 * Chromium at times.
 */
const SHORT_OF_TARGET = 0.8;
/** What a sender produces varies with its picture; one that is held back stays under this. */
const SHORT_OF_SENT = 0.85;
/** What congestion control in browsers takes for congestion (draft-ietf-rmcat-gcc section 6). */
const LOSSY = 0.02;

/** The samples of one link, each over the time since the one before. */
export class LinkSampler {
  readonly #farId: PeerId;
  #last: Taken | undefined;
  #sample: LinkSample | undefined;
  readonly #shortSince = new Map<string, number>();

  constructor(farId: PeerId) {
    this.#farId = farId;
  }

  /** Reads a report of the browser; the first one of a link tells no rates. */
  take(report: RTCStatsReport, senders: readonly SampledSender[], atMs: number): LinkSample {
    const sent = new Map(senders.flatMap(({ mid }) => pair(mid, sentOn(report, mid))));
    const now: Taken = { atMs, stats: readLinkStats(report), pairId: selectedPairId(report), sent };
    const before = this.#last ?? now;
    this.#last = now;
    const seconds = (atMs - before.atMs) / 1000;
    const rate = (bytes: number) => (seconds > 0 && bytes > 0 ? (bytes * 8) / seconds : 0);
    const samples = senders.flatMap((sender): SenderSample[] => {
      const [media, former] = [sent.get(sender.mid), before.sent.get(sender.mid)];
      if (!media) return [];
      const from = former && former.bytes <= media.bytes ? former : media;
      const packets = media.packets - from.packets;
      const headers = media.headerBytes - from.headerBytes + AROUND_RTP_BYTES * packets;
      const bytes = media.bytes - from.bytes + headers;
      const frames = media.frames - from.frames;
      const bitrateBps = rate(bytes);
      return [
        {
          stream: sender.stream,
          kind: sender.kind,
          bitrateBps,
          targetBps: media.targetBps,
          maxBitrateBps: sender.maxBitrateBps,
          isShort: sender.kind === 'video' && this.#isShort(sender, media, bitrateBps, frames, atMs),
          limitation: media.limitation,
          framesPerSecond: media.framesPerSecond,
          height: media.height,
          encodeMs: frames > 0 ? (media.encodeMs - from.encodeMs) / frames : undefined,
          lossRatio: media.lossRatio,
        },
      ];
    });
    const { stats } = now;
    const packets = stats.packetsSent - before.stats.packetsSent;
    // Another path counts from elsewhere: of the time of the change only what the tracks sent is certain.
    const sentBps =
      now.pairId === before.pairId
        ? rate(stats.bytesSent - before.stats.bytesSent + UDP_BYTES * packets)
        : samples.reduce((sum, { bitrateBps }) => sum + bitrateBps, 0);
    const losses = samples.flatMap(({ lossRatio }) => lossRatio ?? []);
    const sample = {
      farId: this.#farId,
      sentBps,
      ceilingBps: stats.availableOutgoingBps,
      rttMs: stats.rttMs,
      lossRatio: losses.length > 0 ? Math.max(...losses) : undefined,
      videoShort: samples.some(({ isShort }) => isShort),
      senders: samples,
    };
    this.#sample = sample;
    return sample;
  }

  /** The browser was late: what was known before stands for it once. */
  missed(): LinkSample | undefined {
    const sample = this.#sample;
    this.#sample = undefined;
    return sample;
  }

  /** The browser says so; where it does not, who sends less than it may for a second while it has pictures is short. */
  #isShort(
    { mid, maxBitrateBps }: SampledSender,
    { limitation, targetBps, lossRatio }: SentMedia,
    bitrateBps: number,
    frames: number,
    atMs: number,
  ): boolean {
    if (maxBitrateBps === undefined) return limitation === 'bandwidth';
    if (targetBps !== undefined) {
      // What an easy picture does not need is not missing: then the target is what was last measured, long ago.
      return (
        limitation !== 'cpu' && targetBps < SHORT_OF_TARGET * maxBitrateBps && bitrateBps > targetBps / 2
      );
    }
    if (limitation !== undefined) return limitation === 'bandwidth';
    // A still picture needs little: less than it may have is short only where the path shows that it is in trouble.
    const isUnder = frames > 0 && bitrateBps < SHORT_OF_SENT * maxBitrateBps && (lossRatio ?? 0) > LOSSY;
    if (!isUnder) this.#shortSince.delete(mid);
    else if (!this.#shortSince.has(mid)) this.#shortSince.set(mid, atMs);
    return isUnder && atMs - (this.#shortSince.get(mid) ?? atMs) >= 1_000;
  }
}

function pair<T>(key: string, value: T | undefined): (readonly [string, T])[] {
  return value === undefined ? [] : [[key, value]];
}
