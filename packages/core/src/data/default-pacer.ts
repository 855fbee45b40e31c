import type { Lane, PeerId } from '@conclave/protocol';

import { BoundedMap } from '../state/bounded-map.js';
import type { PacedLane, Pacer } from './pacer-port.js';

/** Small enough that a message waits behind little; large enough that SCTP never runs dry between two events. */
const MESSAGE_WINDOW_BYTES = 64 * 1024;
/** What fits one packet of SCTP: less would be all header. */
const MIN_FRAME_BYTES = 1_100;
/** What a message of the same link may have to wait for at once: more would not be faster. */
const MAX_FRAME_BYTES = 16 * 1024;
/** A frame is what leaves in so long. */
const FRAME_MS = 10;
/** How much is looked at for a rate: a few round trips of a near peer, a fraction of what a person notices. */
const SAMPLE_MS = 50;
/**
 * Two frames are enough while this page is called as soon as one has left. On a fast path it is not, on loopback 32 KiB gave
 * 0.7 of what 64 KiB do; where the lane ran dry all the same, because the machine is busy, twice as much waits from
 * then on. Up to this: more was hardly faster, and a message waited longer.
 */
const MAX_BULK_WINDOW_BYTES = 64 * 1024;
/** And no more than leaves in so long: a message of another peer waits behind it. */
const MAX_WINDOW_MS = 100;
/** Peers whose rate is remembered. */
const MAX_PEERS = 256;

interface Rate {
  readonly bytesPerMs: number;
  readonly sinceMs: number;
  readonly bytes: number;
  readonly windowBytes: number;
  readonly ranDry: boolean;
}

const NO_RATE: Omit<Rate, 'sinceMs'> = { bytesPerMs: 0, bytes: 0, windowBytes: 0, ranDry: false };

/** The pacer of a connection without a budget: it keeps what waits in the browser small, and nothing else back. */
export class DefaultPacer implements Pacer {
  readonly #rates = new BoundedMap<PeerId, Rate>(MAX_PEERS);

  windowBytes(farId: PeerId, lane: Lane): number {
    if (lane !== 'bulk') return MESSAGE_WINDOW_BYTES;
    const { bytesPerMs, windowBytes } = this.#rates.get(farId) ?? NO_RATE;
    const steady = Math.min(MAX_BULK_WINDOW_BYTES, bytesPerMs * FRAME_MS);
    return Math.max(2 * this.frameBytes(farId), steady, windowBytes);
  }

  frameBytes(farId: PeerId): number {
    const bytes = (this.#rates.get(farId)?.bytesPerMs ?? 0) * FRAME_MS;
    return Math.round(Math.min(MAX_FRAME_BYTES, Math.max(MIN_FRAME_BYTES, bytes)));
  }

  allowance(): number {
    return Infinity;
  }

  sent(farId: PeerId, lane: PacedLane, bytes: number, bufferedBytes: number): void {
    if (lane !== 'bulk') return;
    const nowMs = performance.now();
    const before = this.#rates.get(farId) ?? { ...NO_RATE, sinceMs: nowMs };
    const elapsedMs = nowMs - before.sinceMs;
    const sum = before.bytes + bytes;
    const ranDry = before.ranDry || (bufferedBytes === 0 && before.bytes > 0);
    if (elapsedMs < SAMPLE_MS) return this.#rates.set(farId, { ...before, bytes: sum, ranDry });
    const bytesPerMs = sum / elapsedMs;
    const wanted = this.windowBytes(farId, 'bulk') * (ranDry ? 2 : 7 / 8);
    const windowBytes = Math.min(wanted, MAX_BULK_WINDOW_BYTES, bytesPerMs * MAX_WINDOW_MS);
    this.#rates.set(farId, { ...NO_RATE, bytesPerMs, windowBytes, sinceMs: nowMs });
  }

  start(): void {
    // It never says 0, so there is nobody to wake.
  }

  stop(): void {
    // It has nothing that goes on by itself.
  }
}
