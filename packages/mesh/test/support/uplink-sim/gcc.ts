/** One group of packets as congestion control hears of it. */
export interface Arrival {
  readonly sentAtMs: number;
  readonly arrivedAtMs: number;
  readonly bytes: number;
}

/** libwebrtc's trend line: a window of groups, smoothed, times its gain, against a threshold that adapts. */
const [WINDOW, SMOOTHING, GAIN] = [20, 0.9, 4];
const [UP, DOWN, LEAST_THRESHOLD, MOST_THRESHOLD] = [0.0087, 0.039, 6, 600];
const [DECREASE, GROWTH_PER_S, START_BPS] = [0.85, 0.08, 300_000];

/** Google Congestion Control as draft-ietf-rmcat-gcc and libwebrtc's sources describe it: delay gradient, AIMD, loss. */
export class Gcc {
  #bps = START_BPS;
  #points: { readonly atMs: number; readonly delayMs: number }[] = [];
  #deltas = 0;
  #accumulatedMs = 0;
  #smoothedMs = 0;
  #threshold = 12.5;
  #last: Arrival | undefined;
  #trend = 0;
  #overSinceMs: number | undefined;
  #updatedAtMs = 0;
  #decreasedAtMs = -Infinity;
  /** What it last fell at: near it, it grows by packets, not by percents. */
  #nearBps: number | undefined;

  /** What it would let leave: `availableOutgoingBitrate`. */
  get bps(): number {
    return this.#bps;
  }

  /** A feedback: what arrived, what passed lately, what was lost of it, the round trip. */
  feedback(
    arrivals: readonly Arrival[],
    passedBps: number,
    lossRatio: number,
    nowMs: number,
    rttMs: number,
  ): void {
    let usage: 'over' | 'under' | 'normal' = 'normal';
    for (const arrival of arrivals) usage = this.#detect(arrival) ?? usage;
    const seconds = Math.min(1, (nowMs - this.#updatedAtMs) / 1_000);
    this.#updatedAtMs = nowMs;
    if (usage === 'over') {
      if (nowMs - this.#decreasedAtMs < rttMs + 100 && passedBps > 0.5 * this.#bps) return;
      this.#decreasedAtMs = nowMs;
      this.#nearBps = passedBps;
      this.#bps = Math.max(5_000, Math.min(this.#bps, DECREASE * passedBps));
    } else if (usage === 'normal') this.#grow(passedBps, seconds, rttMs);
    if (lossRatio > 0.1) this.#bps *= 1 - 0.5 * lossRatio * Math.min(1, seconds * 5);
  }

  #grow(passedBps: number, seconds: number, rttMs: number): void {
    const mostBps = 1.5 * passedBps + 10_000;
    if (this.#bps >= mostBps) return;
    const isNear = this.#nearBps !== undefined && Math.abs(passedBps - this.#nearBps) < 0.15 * this.#nearBps;
    if (this.#nearBps !== undefined && passedBps > 1.15 * this.#nearBps) this.#nearBps = undefined;
    const additive = Math.max(4_000, (1_200 * 8) / ((rttMs + 100) / 1_000) / 2);
    const more = isNear ? additive * seconds : this.#bps * GROWTH_PER_S * seconds;
    this.#bps = Math.min(mostBps, this.#bps + more);
  }

  #detect(arrival: Arrival): 'over' | 'under' | 'normal' | undefined {
    const last = this.#last;
    if (!last) {
      this.#last = arrival;
      return undefined;
    }
    if (arrival.sentAtMs - last.sentAtMs < 5) return undefined; // the same group
    const deltaMs = arrival.arrivedAtMs - last.arrivedAtMs - (arrival.sentAtMs - last.sentAtMs);
    this.#last = arrival;
    this.#deltas = Math.min(60, this.#deltas + 1);
    this.#accumulatedMs += deltaMs;
    this.#smoothedMs = SMOOTHING * this.#smoothedMs + (1 - SMOOTHING) * this.#accumulatedMs;
    this.#points.push({ atMs: arrival.arrivedAtMs, delayMs: this.#smoothedMs });
    if (this.#points.length > WINDOW) this.#points.shift();
    if (this.#points.length < WINDOW) return 'normal';
    const trend = slope(this.#points) * this.#deltas * GAIN;
    const spanMs = Math.min(100, arrival.sentAtMs - last.sentAtMs);
    const result = this.#judge(trend, arrival.arrivedAtMs);
    this.#adapt(trend, spanMs);
    this.#trend = trend;
    return result;
  }

  #judge(trend: number, nowMs: number): 'over' | 'under' | 'normal' {
    if (trend > this.#threshold) {
      this.#overSinceMs ??= nowMs;
      return nowMs - this.#overSinceMs > 10 && trend >= this.#trend ? 'over' : 'normal';
    }
    this.#overSinceMs = undefined;
    return trend < -this.#threshold ? 'under' : 'normal';
  }

  #adapt(trend: number, spanMs: number): void {
    const size = Math.abs(trend);
    if (size > this.#threshold + 15) return;
    const gain = size < this.#threshold ? DOWN : UP;
    const threshold = this.#threshold + gain * (size - this.#threshold) * spanMs;
    this.#threshold = Math.max(LEAST_THRESHOLD, Math.min(MOST_THRESHOLD, threshold));
  }
}

function slope(points: readonly { readonly atMs: number; readonly delayMs: number }[]): number {
  const [meanX, meanY] = [
    mean(points.map((point) => point.atMs)),
    mean(points.map((point) => point.delayMs)),
  ];
  let [above, below] = [0, 0];
  for (const { atMs, delayMs } of points) {
    above += (atMs - meanX) * (delayMs - meanY);
    below += (atMs - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
