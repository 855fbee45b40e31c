import { nowMs } from '../link/heartbeat.js';
import { deferred } from '../state/deferred.js';

/** How long one subscriber may hold the sender back in all; a garbage collection or a busy tab is over by then. */
const BURST_MS = 1_000;
/** What it earns back: who is slower for good slows the others by a tenth at most, until it has fallen too far behind. */
const EARNED = 0.1;

/** Waits a little for a subscriber that is behind, so that one as fast as the others is not lost to a moment's delay. */
export class Patience {
  #leftMs = BURST_MS;
  #countedMs = nowMs();
  #wait:
    | {
        readonly promise: Promise<void>;
        readonly end: () => void;
        readonly timer: ReturnType<typeof setTimeout>;
      }
    | undefined;

  /** A promise that resolves once the subscriber has caught up, or patience is at its end; `undefined` where it is. */
  wait(): Promise<void> | undefined {
    if (this.#wait) return this.#wait.promise;
    const now = nowMs();
    this.#leftMs = Math.min(BURST_MS, this.#leftMs + (now - this.#countedMs) * EARNED);
    this.#countedMs = now;
    if (this.#leftMs < 1) return undefined;
    const { promise, resolve } = deferred();
    this.#wait = { promise, end: resolve, timer: setTimeout(() => this.release(), this.#leftMs) };
    return promise;
  }

  /** The subscriber has caught up, or is gone. */
  release(): void {
    if (!this.#wait) return;
    clearTimeout(this.#wait.timer);
    this.#wait.end();
    this.#wait = undefined;
    const now = nowMs();
    this.#leftMs -= now - this.#countedMs;
    this.#countedMs = now;
  }
}
