import type { Ladder, Step } from './ladder.js';
import type { VideoPlan } from './uplink-plan.js';

/** What a video may have, in bits per second, at three capacities: sizes follow rates more calmly than rates follow the uplink. */
export interface Rates {
  /** At the capacity. */
  readonly nowBps: number;
  /** At what noise may make of it. */
  readonly guardedBps: number;
  /** At so little that, where it suffices for a larger picture, noise will not take it back. */
  readonly climbBps: number;
}

/**
 * The size and frame rate for a video: what carries `guardedBps`, unless the step that it is at still does. It steps down
 * where `nowBps` is too little for the step that it is at, and up where `climbBps` suffices for a higher one; a step that
 * the ladder no longer has, since source or demand changed, counts for nothing.
 * @param top the highest step that the processor may take
 */
export function chooseStep(
  { steps }: Ladder,
  top: number,
  { nowBps, guardedBps, climbBps }: Rates,
  former: VideoPlan | undefined,
): number {
  const at = former ? steps.findIndex((step) => isStep(step, former)) : -1;
  const stays = at !== -1 && at <= top;
  if (stays && at <= highest(steps, top, nowBps) && at >= highest(steps, top, climbBps)) return at;
  return highest(steps, top, guardedBps);
}

function isStep({ height, maxFramerate }: Step, former: VideoPlan): boolean {
  return height === former.height && maxFramerate === former.maxFramerate;
}

/** The highest step for which this suffices; the first one, where it suffices for none. */
function highest(steps: readonly Step[], top: number, bps: number): number {
  for (let index = Math.min(top, steps.length - 1); index > 0; index--)
    if ((steps[index]?.leastBps ?? Infinity) <= bps) return index;
  return 0;
}
