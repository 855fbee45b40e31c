import { HEARTBEAT_MS, isFresh } from '../logic/freshness.js';

/** Watches over the freshness of a proven link. */
export interface Heartbeat {
  /** Something of the far end arrived. */
  heard(): void;
  stop(): void;
}

/** A monotonic clock, in milliseconds. */
export const nowMs = (): number => performance.now();

/**
 * Says `beat` every 500 ms and judges the path as often, and whenever something arrives: timers of a page in the
 * background fire once a second.
 */
export function startHeartbeat(beat: () => void, judge: (fresh: boolean, atMs: number) => void): Heartbeat {
  let lastHeardMs = nowMs();
  const timer = setInterval(() => {
    beat();
    judge(isFresh(lastHeardMs, nowMs()), nowMs());
  }, HEARTBEAT_MS);
  return {
    heard() {
      lastHeardMs = nowMs();
      judge(true, lastHeardMs);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
