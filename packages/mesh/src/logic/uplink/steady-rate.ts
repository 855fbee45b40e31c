import { RATE_STEP } from './limits.js';

/** What is left of a bit rate after one step down. */
const AFTER_STEP = 1 - RATE_STEP;

/**
 * A bit rate that moves by whole steps or not at all, and never beyond what it may be: between `leastBps` and `mostBps` there
 * is nothing within a step of either. Without a former rate it is what it may be.
 */
export function steadyRate(
  mayBps: number,
  leastBps: number,
  mostBps: number,
  formerBps: number | undefined,
): number {
  // Sums of doubles: what may have all that it can use may miss the last digit of it.
  const clearBps = mayBps >= mostBps * (1 - 1e-9) ? mostBps : Math.min(mayBps, mostBps * AFTER_STEP);
  const steadyBps = formerBps === undefined ? clearBps : step(clearBps, formerBps);
  return steadyBps * AFTER_STEP < leastBps ? leastBps : Math.floor(steadyBps);
}

function step(mayBps: number, formerBps: number): number {
  if (mayBps < formerBps) return Math.min(mayBps, formerBps * AFTER_STEP);
  return mayBps * AFTER_STEP < formerBps ? formerBps : mayBps;
}
