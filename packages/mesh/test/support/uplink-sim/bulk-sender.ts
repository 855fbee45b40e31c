import { cross, type MediaPath } from './media-senders.js';

const [MTU_BYTES, OVERHEAD_BYTES] = [1_150, 92];
const [START_WINDOW, LEAST_WINDOW] = [10 * MTU_BYTES, MTU_BYTES];
const REPORT_MS = 50;
/** dcSCTP's least time before it sends again. */
const AGAIN_MS = 400;

/** What a far end of the simulation reports. */
export interface SimReport {
  readonly minDelayMs: number;
  readonly medianDelayMs: number;
  readonly bytes: number;
  readonly packets: number;
}

/** Bulk to one peer: an SCTP association with its loss-based window, and a far end that reports delays. */
export class BulkSender {
  readonly #path: MediaPath;
  readonly #clock: (nowMs: number) => number;
  #waiting: { bytes: number; readonly sentAtMs: number }[] = [];
  #bufferedBytes = 0;
  #inFlight = 0;
  #windowBytes = START_WINDOW;
  #thresholdBytes = Infinity;
  #cutAtMs = -Infinity;
  #delays: number[] = [];
  #arrivedBytes = 0;
  #sentBytes = 0;
  goodBytes = 0;
  isDeaf = false;
  onDrained: (() => void) | undefined;

  constructor(path: MediaPath, clock: (nowMs: number) => number, report: (report: SimReport) => void) {
    this.#path = path;
    this.#clock = clock;
    path.time.every(REPORT_MS, () => {
      if (this.#delays.length === 0) return;
      const delays = this.#delays.splice(0).sort((a, b) => a - b);
      const packets = delays.length;
      const [minDelayMs, medianDelayMs] = [delays[0] ?? 0, delays[packets >> 1] ?? 0];
      const bytes = this.#arrivedBytes;
      this.#arrivedBytes = 0;
      path.time.after(
        path.backMs,
        () => this.isDeaf || report({ minDelayMs, medianDelayMs, bytes, packets }),
      );
    });
  }

  /** What waits in the browser. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  takeSentBytes(): number {
    const bytes = this.#sentBytes;
    this.#sentBytes = 0;
    return bytes;
  }

  /** A frame is handed to the lane. */
  send(bytes: number): void {
    this.#waiting.push({ bytes, sentAtMs: this.#path.time.nowMs });
    this.#bufferedBytes += bytes;
    this.#pump();
  }

  #pump(): void {
    for (
      let frame = this.#waiting[0];
      frame && this.#inFlight < this.#windowBytes;
      frame = this.#waiting[0]
    ) {
      const bytes = Math.min(MTU_BYTES, frame.bytes);
      frame.bytes -= bytes;
      this.#bufferedBytes -= bytes;
      const isLast = frame.bytes <= 0;
      if (isLast) this.#waiting.shift();
      this.#packet(bytes, isLast ? frame.sentAtMs : undefined);
    }
  }

  #packet(bytes: number, stampMs: number | undefined): void {
    const { time, hops, backMs, random } = this.#path;
    this.#inFlight += bytes;
    this.#sentBytes += bytes + OVERHEAD_BYTES;
    const arrive = (): void => {
      this.goodBytes += bytes;
      this.#arrivedBytes += bytes;
      const heardMs = time.nowMs + 2 * random(); // a page is not always at its best
      if (stampMs !== undefined) this.#delays.push(this.#clock(heardMs) - stampMs);
      time.after(backMs, () => this.#acked(bytes));
    };
    cross(hops, 'data', bytes + OVERHEAD_BYTES, arrive, () =>
      time.after(backMs + 60, () => this.#dropped(bytes, stampMs)),
    );
  }

  #acked(bytes: number): void {
    this.#inFlight -= bytes;
    const isSlowStart = this.#windowBytes < this.#thresholdBytes;
    const isUsed = this.#inFlight + 2 * MTU_BYTES >= this.#windowBytes || this.#waiting.length > 0;
    if (isUsed) this.#windowBytes += isSlowStart ? bytes : (MTU_BYTES * bytes) / this.#windowBytes;
    const before = this.#bufferedBytes;
    this.#pump();
    if (this.#bufferedBytes < before || before === 0) this.onDrained?.();
  }

  #dropped(bytes: number, stampMs: number | undefined): void {
    const { time } = this.#path;
    this.#inFlight -= bytes;
    if (time.nowMs - this.#cutAtMs > 100) {
      this.#windowBytes = Math.max(LEAST_WINDOW, this.#windowBytes / 2);
      this.#thresholdBytes = this.#windowBytes;
      this.#cutAtMs = time.nowMs;
    }
    time.after(AGAIN_MS, () => this.#packet(bytes, stampMs));
  }
}
