import type { PeerId } from '@conclave/protocol';

import {
  startEstimate,
  stepEstimate,
  trainSeen,
  type CapacityEstimate,
} from '../../../src/logic/uplink/estimate.js';
import { ScavengerPacer } from '../../../src/uplink/scavenger.js';
import { Bottleneck, type BottleneckShape } from './bottleneck.js';
import { BulkSender, type SimReport } from './bulk-sender.js';
import { MediaSenders } from './media-senders.js';
import { seeded, VirtualTime } from './virtual-time.js';

/** An uplink that several subscribers share. */
export interface SimOptions {
  readonly seed?: number;
  readonly subscribers: number;
  readonly rateBps: number;
  /** How long the bottleneck's queue is. */
  readonly queueMs: number;
  readonly rttMs?: number;
  /** What each video may have; without it a small planner shares out the estimate. */
  readonly capBps?: number;
  /** The most that the small planner gives a video. */
  readonly maxVideoBps?: number;
  readonly hasMedia?: boolean;
  readonly statedBps?: number;
  /** Trains of packets are sent where the estimate asks for them. */
  readonly trains?: boolean;
  /** No `availableOutgoingBitrate`, as in Firefox. */
  readonly isFirefox?: boolean;
  /** How much faster the far clocks run, in parts per million. */
  readonly driftPpm?: number;
  /** The downlinks of single subscribers. */
  readonly downlinks?: ReadonlyMap<number, BottleneckShape>;
  /** The page is in the background: its timers fire once a second. */
  readonly isBackground?: boolean;
  /** Changes what a far end reports. */
  readonly lie?: (farId: PeerId, report: SimReport) => SimReport | undefined;
}

/** One subscriber of the simulation. */
export interface SimPeer {
  readonly farId: PeerId;
  readonly media: MediaSenders | undefined;
  readonly bulk: BulkSender;
  isTimeCritical: boolean;
  hasFile: boolean;
}

/** What was measured over a while. */
export interface SimFigures {
  readonly audioQueueMs: number;
  readonly audioLossPct: number;
  readonly videoBps: readonly number[];
  readonly bulkBps: number;
  readonly utilisation: number;
}

const [SAMPLE_MS, CLOCK_OFFSET_MS] = [500, 123_456];
const [AUDIO_WIRE_BPS, VIDEO_HEADERS, LEAST_VIDEO_BPS, MESSAGES_BPS] = [50_000, 1.07, 30_000, 8_000];
const MEDIA_SHARE = 0.8;
const [TRAIN_ANSWER_MS, TRAIN_PACKETS, TRAIN_BYTES] = [300, 4, 1_192];

/** A sender, its uplink and its subscribers in virtual time, around the real pacer and the real estimate. */
export class SimUplink {
  readonly time = new VirtualTime();
  readonly uplink: Bottleneck;
  readonly pacer: ScavengerPacer;
  readonly peers: readonly SimPeer[];
  estimate: CapacityEstimate;
  readonly #options: SimOptions;
  readonly #random: () => number;
  #measuredAtMs = 0;
  #trainIndex = 0;

  constructor(options: SimOptions) {
    this.#options = options;
    const { time } = this;
    const { rateBps, queueMs, rttMs = 30 } = options;
    const random = (this.#random = seeded(options.seed ?? 1));
    this.uplink = new Bottleneck(time, {
      rateBps,
      queueBytes: (rateBps / 8_000) * queueMs,
      delayMs: rttMs / 2,
    });
    this.estimate = startEstimate(options.statedBps);
    const timerMs = options.isBackground ? 1_000 : 0;
    this.pacer = new ScavengerPacer({
      nowMs: () => time.nowMs,
      every: (periodMs, run) => time.every(Math.max(periodMs, timerMs), run),
      soon: (run) => time.after(0, run),
    });
    this.peers = Array.from({ length: options.subscribers }, (_, index) =>
      this.#peer(index, random, rttMs / 2),
    );
    this.pacer.start((farId) => this.#pump(farId));
    time.every(SAMPLE_MS, () => this.#loop());
    this.#loop();
  }

  /** Lets time pass. */
  run(forMs: number): void {
    this.time.run(forMs);
  }

  /** Files to everybody, without end. */
  flood(hasFile = true): void {
    for (const peer of this.peers) {
      peer.hasFile = hasFile;
      this.#pump(peer.farId);
    }
  }

  /** Measures from now. */
  reset(): void {
    this.figures();
  }

  /** What was since it was last asked. */
  figures(): SimFigures {
    const ms = Math.max(1, this.time.nowMs - this.#measuredAtMs);
    this.#measuredAtMs = this.time.nowMs;
    const { audio, video, data } = this.uplink.takeCounters();
    const bytes = audio.bytes + video.bytes + data.bytes;
    const good = this.peers.reduce((sum, { bulk }) => sum + bulk.goodBytes, 0);
    for (const { bulk } of this.peers) bulk.goodBytes = 0;
    return {
      audioQueueMs: audio.queueSumMs / Math.max(1, audio.packets),
      audioLossPct: (100 * audio.dropped) / Math.max(1, audio.packets + audio.dropped),
      videoBps: this.peers.map(({ media }) => media?.takeVideoBps() ?? 0),
      bulkBps: (good * 8_000) / ms,
      utilisation: (bytes * 8_000) / ms / this.#options.rateBps,
    };
  }

  /** Four packets back to back to the next peer in turn; it answers after a while with what came. */
  #train(): void {
    const sentAtMs = this.time.nowMs;
    const peer = this.peers[this.#trainIndex++ % this.peers.length];
    const arrivals: number[] = [];
    const arrive = (): void => void arrivals.push(this.time.nowMs + 2 * this.#random());
    for (let i = 0; i < TRAIN_PACKETS; i++) this.uplink.send({ bytes: TRAIN_BYTES, of: 'data', arrive });
    this.time.after(TRAIN_ANSWER_MS, () => {
      const packets = arrivals.length;
      if (!peer || packets < 2) return;
      const spreadMs = Math.max(...arrivals) - Math.min(...arrivals);
      const bytes = (packets - 1) * TRAIN_BYTES;
      this.estimate = trainSeen(this.estimate, { farId: peer.farId, sentAtMs, bytes, spreadMs, packets });
    });
  }

  #peer(index: number, random: () => number, delayMs: number): SimPeer {
    const { driftPpm = 0, downlinks, hasMedia = true, lie } = this.#options;
    const farId = ['alice', 'bob', 'charlie', 'dora', 'erik'][index] as unknown as PeerId;
    const downlink = downlinks?.get(index);
    const hops = [this.uplink, ...(downlink ? [new Bottleneck(this.time, downlink)] : [])];
    const path = { time: this.time, random, hops, backMs: delayMs };
    const clock = (nowMs: number): number => CLOCK_OFFSET_MS + nowMs * (1 + driftPpm / 1e6);
    const bulk = new BulkSender(path, clock, (said) => {
      const report = lie ? lie(farId, said) : said;
      if (report) this.pacer.reported({ farId, ...report, isTimeCritical: peer.isTimeCritical });
    });
    bulk.onDrained = () => this.#pump(farId);
    const media = hasMedia ? new MediaSenders(path) : undefined;
    const peer: SimPeer = { farId, media, bulk, isTimeCritical: false, hasFile: false };
    return peer;
  }

  #pump(farId: PeerId): void {
    const peer = this.peers.find((one) => one.farId === farId);
    if (!peer?.hasFile) return;
    for (;;) {
      const [window, frame] = [this.pacer.windowBytes(farId, 'bulk'), this.pacer.frameBytes(farId)];
      const { bufferedBytes } = peer.bulk;
      if (bufferedBytes > 0 && bufferedBytes + frame > window) return;
      if (this.pacer.allowance(farId, 'bulk') <= 0) return;
      peer.bulk.send(frame);
      this.pacer.sent(farId, 'bulk', frame);
    }
  }

  #loop(): void {
    const { capBps, maxVideoBps = 600_000, hasMedia = true, isFirefox } = this.#options;
    const atMs = this.time.nowMs;
    const { queueMs, standingMs, metAtMs } = this.pacer.state;
    const links = this.peers.map(({ farId, media, bulk }) => ({
      farId,
      sentBps: (((media?.takeSentBytes() ?? 0) + bulk.takeSentBytes()) * 8_000) / SAMPLE_MS,
      ceilingBps: isFirefox ? undefined : media?.ceilingBps,
      lossRatio: media?.takeLossRatio() ?? 0,
      videoShort: media?.isShort ?? false,
    }));
    const wantedBps = Infinity;
    this.estimate = stepEstimate(this.estimate, { atMs, links, queueMs, standingMs, metAtMs, wantedBps });
    const count = this.peers.length;
    const { capacityBps = 0, boundBps } = this.estimate;
    const leftBps = Math.max(0, MEDIA_SHARE * capacityBps - count * AUDIO_WIRE_BPS) / VIDEO_HEADERS;
    const shown = capBps ? count : Math.min(count, Math.floor(leftBps / LEAST_VIDEO_BPS));
    const videoBps = capBps ?? Math.min(maxVideoBps, leftBps / Math.max(1, shown));
    this.peers.forEach(({ media }, index) => media?.setCap(index < shown ? videoBps : 0));
    const reserveBps = hasMedia
      ? count * (AUDIO_WIRE_BPS + MESSAGES_BPS) + shown * videoBps * VIDEO_HEADERS
      : 0;
    if (this.#options.trains && this.estimate.wantsTrain) this.#train();
    const videoShort = links.some((link) => link.videoShort);
    this.pacer.setBudget({ reserveBps, capacityBps: boundBps, videoShort });
  }
}
