import { inOrderOfService, type Want } from './cast.js';
import { topSteps } from './cpu.js';
import { chooseStep, type Rates } from './encoding.js';
import { isUnwanted, mostBps, type Ladder } from './ladder.js';
import { Ladders } from './ladders.js';
import { NOISE_RATIO, RATE_STEP, type PlanLimits } from './limits.js';
import { shareAt, shareOut } from './share.js';
import { steadyRate } from './steady-rate.js';
import type { VideoPlan } from './uplink-plan.js';
import { VIDEO_WIRE_FACTOR } from './wire-cost.js';

/** What there is for videos. */
export interface VideoMeans {
  /** What video may take on the wire, in bits per second, at the capacity divided by so much. */
  readonly wireBps: (divisor: number) => number;
  /** What bounds each of them. */
  readonly limits: PlanLimits;
  /** Whether the previous plan was made for the same videos: then it is followed where noise could have changed it. */
  readonly isSame: boolean;
}

/** A video that may be sent; what it takes at `least` and at `most` is in bits per second. */
interface Contender {
  readonly want: Want;
  readonly weight: number;
  readonly ladder: Ladder;
  /** The highest step that the processor may take. */
  readonly top: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Divides what there is for video. Everybody's floor comes first, in the order of service; who finds none left is paused.
 * Only when all have theirs, the rest is shared max-min by weight: so nobody's picture grows by another's being paused.
 * @param wants in the order of IDs and names; the plans come in the same order
 */
export function planVideos(wants: readonly Want[], means: VideoMeans): readonly VideoPlan[] {
  const plans = wants.map((want) => pausedPlan(want, 'asked'));
  const ladders = new Ladders(means.limits);
  const able = inOrderOfService(wants.filter(({ demand }) => !isUnwanted(demand))).map((want) => ({
    want,
    weight: want.weight,
    ladder: ladders.of(want.demand),
  }));
  const tops = topSteps(able, means.limits.cpuVideoScale);
  const contenders: Contender[] = [];
  able.forEach(({ want, ladder }, index) => {
    const top = tops[index] ?? -1;
    if (top === -1) plans[want.index] = pausedPlan(want, 'cpu');
    else contenders.push(contender(want, ladder, top, means.limits));
  });
  share(contenders, means).forEach((rates, index) => {
    const one = contenders[index];
    if (!one) return;
    plans[one.want.index] = rates ? sentPlan(one, rates, means.isSame) : pausedPlan(one.want, 'uplink');
  });
  return plans;
}

function contender(want: Want, ladder: Ladder, top: number, limits: PlanLimits): Contender {
  const useful = mostBps(ladder.steps[top] ?? ladder.steps[0], limits);
  const least = Math.min(limits.minVideoBps, useful);
  const most = useful * (1 - RATE_STEP) < least ? least : useful; // no room for a whole step in between
  return { want, weight: want.weight, ladder, top, least, most };
}

/** What each may have, by the capacity as it is and by less, so that noise turns no decision back; `undefined` where paused. */
function share(
  contenders: readonly Contender[],
  { wireBps, isSame }: VideoMeans,
): readonly (Rates | undefined)[] {
  const budget = (divisor: number) => wireBps(divisor) / VIDEO_WIRE_FACTOR;
  const [now, guarded, climb] = [budget(1), budget(NOISE_RATIO), budget(NOISE_RATIO ** 2)];
  let least = Infinity;
  for (const { want, weight } of contenders) if (want.isSent) least = Math.min(least, weight);
  // Who was paused comes back where noise will not take it away again, or at once before somebody who weighs less.
  const mayReturn = ({ want, weight }: Contender, floors: number) =>
    !isSame || want.isSent || weight > least || floors <= guarded;
  let floors = 0;
  const isServed = contenders.map((one) => {
    floors += one.least;
    return floors <= now && mayReturn(one, floors);
  });

  if (isServed.includes(false))
    return contenders.map((one, index) => (isServed[index] ? evenly(one.least) : undefined));
  const levelFor = shareOut(contenders);
  const [nowLevel, guardedLevel, climbLevel] = [levelFor(now), levelFor(guarded), levelFor(climb)];
  return contenders.map((one) => ({
    nowBps: shareAt(one, nowLevel),
    guardedBps: shareAt(one, guardedLevel),
    climbBps: shareAt(one, climbLevel),
  }));
}

const evenly = (bps: number): Rates => ({ nowBps: bps, guardedBps: bps, climbBps: bps });

function sentPlan({ want, ladder, top, least, most }: Contender, rates: Rates, isSame: boolean): VideoPlan {
  const former = isSame && want.isSent ? want.former : undefined;
  const index = chooseStep(ladder, top, rates, former);
  const step = ladder.steps[index] ?? ladder.steps[0];
  const bps = steadyRate(rates.nowBps, least, most, former?.maxBitrateBps);
  if (index < top) return planOf(want, 'reduced', bps, step, 'uplink');
  if (top < ladder.steps.length - 1) return planOf(want, 'reduced', bps, step, 'cpu');
  return ladder.isAsked ? planOf(want, 'reduced', bps, step, 'asked') : planOf(want, 'full', bps, step);
}

const NOTHING = { scaleResolutionDownBy: 1, maxFramerate: 0, height: 0 };

const pausedPlan = (want: Want, why: NonNullable<VideoPlan['why']>) =>
  planOf(want, 'paused', 0, NOTHING, why);

/** Written out, in one order: a thousand objects made by spreading cost a millisecond. */
function planOf(
  { demand: { stream } }: Want,
  state: VideoPlan['state'],
  maxBitrateBps: number,
  { scaleResolutionDownBy, maxFramerate, height }: typeof NOTHING,
  why?: NonNullable<VideoPlan['why']>,
): VideoPlan {
  const wireBps = maxBitrateBps * VIDEO_WIRE_FACTOR;
  return why
    ? { stream, state, maxBitrateBps, wireBps, scaleResolutionDownBy, maxFramerate, height, why }
    : { stream, state, maxBitrateBps, wireBps, scaleResolutionDownBy, maxFramerate, height };
}
