import type { Bottleneck } from './bottleneck.js';
import { Gcc, type Arrival } from './gcc.js';
import type { VirtualTime } from './virtual-time.js';

/** The way of one packet to a peer and its feedback back. */
export interface MediaPath {
  readonly time: VirtualTime;
  readonly random: () => number;
  /** What the packet crosses, in order. */
  readonly hops: readonly Bottleneck[];
  readonly backMs: number;
}

/** A packet of audio with its headers: 24 kbit/s of Opus each 20 ms are 50 kbit/s on the wire. */
const AUDIO_PACKET_BYTES = 125;
const AUDIO_EVERY_MS = 20;
const [FRAMES_PER_S, PACKET_BYTES, HEADERS_BYTES] = [20, 1_100, 66];
const FEEDBACK_MS = 60;
/** What libwebrtc never goes below. */
const LEAST_VIDEO_BPS = 30_000;
const AUDIO_BPS = 50_000;

/** Sends a packet over all hops. */
export function cross(
  hops: readonly Bottleneck[],
  of: 'audio' | 'video' | 'data',
  bytes: number,
  arrive: () => void,
  lost?: () => void,
): void {
  const [first, ...rest] = hops;
  if (!first) return arrive();
  first.send({ bytes, of, arrive: () => cross(rest, of, bytes, arrive, lost), lost: () => lost?.() });
}

/** Audio and video to one peer, under one congestion control as in one RTCPeerConnection. */
export class MediaSenders {
  readonly #path: MediaPath;
  readonly #gcc = new Gcc();
  #capBps = 0;
  #sentBytes = 0;
  #arrivals: Arrival[] = [];
  #recent: { readonly atMs: number; readonly bytes: number }[] = [];
  #lost = 0;
  #videoBytes = 0;
  #sampledAtMs = 0;
  #capSinceMs = 0;
  #counted = { sent: 0, lost: 0 };

  constructor(path: MediaPath) {
    this.#path = path;
    const { time, random } = path;
    time.after(random() * AUDIO_EVERY_MS, () => time.every(AUDIO_EVERY_MS, () => this.#sendAudio()));
    time.after(random() * 50, () => time.every(1_000 / FRAMES_PER_S, () => this.#sendFrame()));
    time.after(random() * FEEDBACK_MS, () => time.every(FEEDBACK_MS, () => this.#feedback()));
  }

  /** What the plan lets the video have; 0 pauses it. */
  setCap(capBps: number): void {
    if (capBps !== this.#capBps) this.#capSinceMs = this.#path.time.nowMs;
    this.#capBps = capBps;
  }

  /** What the encoder is to make. */
  get videoBps(): number {
    if (this.#capBps === 0) return 0;
    return Math.max(LEAST_VIDEO_BPS, Math.min(this.#capBps, this.#gcc.bps - AUDIO_BPS));
  }

  /** The video has less than its plan; right after a change nobody can tell. */
  get isShort(): boolean {
    return (
      this.#capBps > LEAST_VIDEO_BPS &&
      this.videoBps < 0.9 * this.#capBps &&
      this.#path.time.nowMs - this.#capSinceMs > 300
    );
  }

  get ceilingBps(): number {
    return this.#gcc.bps;
  }

  /** What left since this was last asked, in bytes. */
  takeSentBytes(): number {
    const bytes = this.#sentBytes;
    this.#sentBytes = 0;
    return bytes;
  }

  /** What was lost of all since this was last asked, as the far end's reports have it. */
  takeLossRatio(): number {
    const { sent, lost } = this.#counted;
    this.#counted = { sent: 0, lost: 0 };
    return lost / Math.max(1, sent);
  }

  /** What of the video arrived since this was last asked. */
  takeVideoBps(): number {
    const { nowMs } = this.#path.time;
    const bps = (this.#videoBytes * 8_000) / Math.max(1, nowMs - this.#sampledAtMs);
    this.#sampledAtMs = nowMs;
    this.#videoBytes = 0;
    return bps;
  }

  #sendAudio(): void {
    this.#send('audio', AUDIO_PACKET_BYTES, 0);
  }

  #sendFrame(): void {
    const bps = this.videoBps;
    if (bps === 0) return;
    const bytes = (bps / 8 / FRAMES_PER_S) * (0.6 + 0.8 * this.#path.random());
    const packets = Math.max(1, Math.ceil(bytes / PACKET_BYTES));
    const gapMs = (PACKET_BYTES * 8_000) / (2.5 * Math.max(bps, 100_000)); // libwebrtc's pacer
    for (let i = 0; i < packets; i++)
      this.#path.time.after(i * gapMs, () =>
        this.#send('video', bytes / packets + HEADERS_BYTES, bytes / packets),
      );
  }

  #send(of: 'audio' | 'video', bytes: number, payload: number): void {
    const { time, hops, backMs, random } = this.#path;
    const sentAtMs = time.nowMs;
    this.#sentBytes += bytes;
    this.#counted.sent++;
    const arrive = (): void => {
      this.#videoBytes += payload;
      const arrivedAtMs = time.nowMs + random();
      time.after(backMs, () => this.#arrivals.push({ sentAtMs, arrivedAtMs, bytes }));
    };
    cross(hops, of, bytes, arrive, () => {
      time.after(backMs + 100, () => {
        this.#lost++;
        this.#counted.lost++;
      });
    });
  }

  #feedback(): void {
    const { time, backMs } = this.#path;
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    for (const { bytes } of arrivals) this.#recent.push({ atMs: time.nowMs, bytes });
    this.#recent = this.#recent.filter((one) => time.nowMs - one.atMs < 500);
    const passedBps = (this.#recent.reduce((sum, one) => sum + one.bytes, 0) * 8_000) / 500;
    const lossRatio = this.#lost / Math.max(1, this.#lost + arrivals.length);
    this.#lost = 0;
    const rttMs =
      arrivals.length > 0 ? backMs + mean(arrivals.map((one) => one.arrivedAtMs - one.sentAtMs)) : 2 * backMs;
    this.#gcc.feedback(arrivals, passedBps, lossRatio, time.nowMs, rttMs);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
