import {
  carried,
  lately,
  readSigns,
  remember,
  type EstimateMemory,
  type Signs,
  type UplinkObservation,
} from './estimate-signs.js';
import { trainsWith, trainVerdict, type Train } from './estimate-trains.js';

export type { LinkObservation, UplinkObservation } from './estimate-signs.js';
export type { Train } from './estimate-trains.js';

/** What the uplink carries, as far as is known. */
export interface CapacityEstimate {
  /** What a plan may be made for, in bits per second on the wire; `undefined` before anything is known. */
  readonly capacityBps: number | undefined;
  /** How it is known. */
  readonly source: CapacitySource;
  /**
   * The ceiling for bulk: what the uplink was seen not to carry more than, or what was stated. `undefined` where nothing
   * has been seen to be too much for a minute: then bulk finds its own way.
   */
  readonly boundBps: number | undefined;
  /** How far to believe it, 0 to 1: less where little of it was seen to pass. */
  readonly confidence: number;
  /** It is time for a train: nobody reports, and more is wanted than is known. */
  readonly wantsTrain: boolean;
  readonly memory: EstimateMemory;
}

/** How a capacity is known: the application stated it, trains of packets probed it, it was learnt, or nobody knows yet. */
export type CapacitySource = 'stated' | 'probed' | 'learnt' | 'assumed';

/** A queue that stands above this is too much for audio, and more than bulk makes. */
const HIGH_QUEUE_MS = 60;
/** Unless it has drained within so long: a file that begins finds its rate by that. */
const BURST_MS = 400;
/** A queue below this is none. */
const QUIET_QUEUE_MS = 15;
/** A path that nobody has seen empty for so long is full: what left is what it carries. */
const STANDING_MS = 1_000;
/** And is not only two clocks that drift apart: 12 ms is what 100 ppm come to in two minutes. */
const STANDING_QUEUE_MS = 13;
/** Loss that a queue explains, or a shortage: below it is what radios lose. */
const LOSS_RATIO = 0.03;
/** What was just lowered shows its effect after so long: encoders need some of it, the next report the rest. */
const CUT_EVERY_MS = 900;
/** Where only video's shortage speaks, congestion control needs longer to find its way back. */
const BLIND_CUT_EVERY_MS = 4_000;
/** A little less than what passes, so that the queue drains. */
const [DRAIN, SHORT_SHARE] = [0.92, 0.97];
/**
 * A queue that bulk met came of no more than this beyond what left in its best seconds. Less would say that it was all of the
 * uplink: media comes in bursts, and bulk gives way to each of them.
 */
const MET_SHARE = 1.1;
/** The least that one cut leaves: what left in half a second is a noisy figure. */
const MAX_CUT = 0.6;
/** Beyond what was shown to pass by no more than this, unless trains said more. */
const BEYOND_PASSED = 1.5;
/** And by so much at least while it was never full: else a plan without room for a first picture would never find any. */
const UNLOCK_BPS = 120_000;
/** Less where a queue is looked at: bulk goes ahead and shows more to pass soon enough. */
const BEYOND_SEEN = 1.15;
/** How it grows in a second where it has never been too much. */
const START_GROWTH = 0.25;
/** After it was too much: nothing at first, then faster and faster (as CUBIC, RFC 9438, approaches what it lost at). */
const [HOLD_S, CUBIC_GROWTH, MAX_GROWTH] = [2, 0.0045, 0.2];
/** Without a queue to look at each try costs a dent in the video, so each waits twice as long as the one before. */
const [BLIND_HOLD_S, MAX_TRIES] = [6, 3];
/** A bound that nothing has confirmed for so long is none. */
const BOUND_MS = 60_000;
/** How far one observation leads: of what is far off, and of what bulk holds, where single figures are noisy. */
const [OVER_STEP, HELD_STEP] = [0.5, 0.15];
/** A queue above this stands because more leaves than passes; below it bulk may keep it, or a busy page may seem to. */
const FULL_QUEUE_MS = 25;
/** What trains say, less what they are wrong by. */
const TRAIN_SHARE = 0.92;
/** Trains tell an uplink from a busy page only where they are long. */
const MAX_BOUND_BPS = 4_000_000;
/** A train each so long, less often where it takes a good part of a second. */
const [TRAIN_EVERY_MS, THIN_TRAIN_EVERY_MS, THIN_BPS] = [3_000, 10_000, 400_000];
/** Not less than one thin audio stream, not more than anything says. */
const [MIN_BPS, MAX_BPS] = [16_000, 10_000_000_000];

/** Begins with what the application stated, or with nothing. */
export function startEstimate(statedBps?: number): CapacityEstimate {
  const isStated = statedBps !== undefined;
  const memory: EstimateMemory = {
    statedBps,
    seenAtMs: undefined,
    sentBps: [],
    shortSinceMs: undefined,
    fullAtMs: undefined,
    fellAtMs: undefined,
    tries: 0,
    cutAtMs: -Infinity,
    leastRttMs: new Map(),
    trains: [],
    trainAtMs: -Infinity,
  };
  return {
    capacityBps: statedBps,
    source: isStated ? 'stated' : 'assumed',
    boundBps: statedBps,
    confidence: isStated ? 1 : 0,
    wantsTrain: !isStated,
    memory,
  };
}

/**
 * What is known after a train. Several that agree raise the estimate at once, and lower what nobody has seen to pass; a
 * single one counts where nothing is known.
 */
export function trainSeen(estimate: CapacityEstimate, train: Train): CapacityEstimate {
  const trains = trainsWith(estimate.memory.trains, train);
  const memory = { ...estimate.memory, trains, trainAtMs: train.sentAtMs };
  const next = { ...estimate, memory, wantsTrain: false };
  const verdict = trainVerdict(trains);
  const { capacityBps, source } = estimate;
  if (!verdict || source === 'stated' || (capacityBps !== undefined && !verdict.isFirm)) return next;
  const saidBps = bounded(verdict.capacityBps * TRAIN_SHARE, memory);
  if (capacityBps === undefined || saidBps > capacityBps)
    return finish({ ...next, capacityBps: saidBps, source: 'probed' }, saidBps, undefined);
  if (memory.fullAtMs !== undefined || verdict.capacityBps > MAX_BOUND_BPS) return next;
  const leastBps = Math.max(saidBps, 0, ...lately(memory));
  const full = { ...memory, fullAtMs: train.sentAtMs, fellAtMs: train.sentAtMs };
  return finish({ ...next, capacityBps: Math.min(capacityBps, leastBps), memory: full }, leastBps, undefined);
}

/** What is known after an observation: down at once, up slowly. */
export function stepEstimate(estimate: CapacityEstimate, seen: UplinkObservation): CapacityEstimate {
  const before = estimate.memory;
  const memory = remember(before, seen);
  const signs = readSigns(memory, seen);
  const next = { ...estimate, memory };
  if (estimate.capacityBps === undefined) {
    if (signs.passedBps < MIN_BPS) return next;
    const capacityBps = bounded(BEYOND_PASSED * signs.passedBps, memory);
    return finish({ ...next, capacityBps }, signs.passedBps, seen);
  }
  return finish(judge(next, estimate.capacityBps, signs, seen, before.seenAtMs), signs.passedBps, seen);
}

function judge(
  estimate: CapacityEstimate,
  capacityBps: number,
  signs: Signs,
  seen: UplinkObservation,
  seenAtMs: number | undefined,
): CapacityEstimate {
  const { atMs } = seen;
  const { queueMs, passedBps } = signs;
  const { memory } = estimate;
  const isPassing = seen.queueMs !== undefined && seen.standingMs < BURST_MS;
  if ((queueMs ?? 0) > HIGH_QUEUE_MS && !isPassing)
    return fall(estimate, capacityBps, signs.nowBps * DRAIN, seen, CUT_EVERY_MS);
  if (seen.standingMs >= STANDING_MS && (seen.queueMs ?? 0) >= STANDING_QUEUE_MS) {
    // It is full: what passes is what it carries, be that more or less than was thought.
    const isOver = (seen.queueMs ?? 0) >= FULL_QUEUE_MS;
    const carriesBps = isOver ? signs.nowBps : Math.max(signs.nowBps, carried(memory));
    const sentBps = isOver ? lately(memory) : memory.sentBps;
    const full = { ...memory, sentBps, fullAtMs: atMs, fellAtMs: atMs, tries: 0 };
    const step = isOver || capacityBps > MET_SHARE * carriesBps ? OVER_STEP : HELD_STEP;
    const learntBps = bounded(capacityBps + step * (carriesBps - capacityBps), full);
    return { ...estimate, capacityBps: learntBps, memory: full };
  }
  if (seen.metAtMs !== undefined && seen.metAtMs > (seenAtMs ?? atMs))
    return met(estimate, capacityBps, signs, atMs);
  if (signs.hasShortage && (seen.queueMs === undefined || signs.lossRatio > LOSS_RATIO))
    return shortage(estimate, capacityBps, signs, seen);
  if (passedBps > capacityBps) return { ...estimate, capacityBps: bounded(passedBps, memory) };
  const isQuiet = (queueMs ?? 0) < QUIET_QUEUE_MS && !signs.isShort;
  if (!isQuiet || seenAtMs === undefined) return estimate;
  const seconds = clamp((atMs - seenAtMs) / 1_000, 0, 2);
  const grownBps = capacityBps * (1 + growthPerS(memory, seen) * seconds);
  const limitBps = Math.max(capacityBps, growthLimit(memory, signs, seen));
  return { ...estimate, capacityBps: bounded(Math.min(grownBps, limitBps), memory) };
}

/** How far beyond what passes: not far, unless trains said more, and not beyond what they say where nobody knows better. */
function growthLimit(memory: EstimateMemory, { passedBps, nowBps }: Signs, seen: UplinkObservation): number {
  const verdict = trainVerdict(memory.trains);
  const saidBps = verdict ? verdict.capacityBps * TRAIN_SHARE : 0;
  const firmBps = verdict?.isFirm ? saidBps : 0;
  const isBlind = seen.queueMs === undefined;
  const wasFull = memory.fullAtMs !== undefined;
  const beyondBps = isBlind || !wasFull ? BEYOND_PASSED * passedBps : BEYOND_SEEN * nowBps;
  const limitBps = Math.max(beyondBps, firmBps, wasFull ? 0 : passedBps + UNLOCK_BPS);
  const isHeld =
    verdict && verdict.capacityBps < MAX_BOUND_BPS && (wasFull ? isBlind && verdict.isFirm : true);
  return isHeld ? Math.min(limitBps, saidBps) : limitBps;
}

/** Bulk has met a queue: it carries little more than the most that left lately. */
function met(
  estimate: CapacityEstimate,
  capacityBps: number,
  { nowBps }: Signs,
  atMs: number,
): CapacityEstimate {
  const memory = { ...estimate.memory, fullAtMs: atMs, fellAtMs: atMs, tries: 0 };
  const overBps = Math.max(0, capacityBps - MET_SHARE * Math.max(nowBps, carried(memory)));
  const leftBps = Math.max(nowBps, capacityBps - 0.5 * overBps);
  return { ...estimate, capacityBps: bounded(leftBps, memory), memory };
}

/** Video is short, and no queue is in sight that would say why: its congestion control knows best, else what leaves does. */
function shortage(
  estimate: CapacityEstimate,
  capacityBps: number,
  signs: Signs,
  seen: UplinkObservation,
): CapacityEstimate {
  const { ceilingBps, nowBps, areAllShort } = signs;
  if (ceilingBps !== undefined) {
    const saidBps = clamp(ceilingBps, nowBps, BEYOND_PASSED * nowBps);
    if (areAllShort || saidBps > capacityBps) {
      const memory = { ...estimate.memory, fellAtMs: seen.atMs };
      return { ...estimate, capacityBps: bounded(saidBps, memory), memory };
    }
  }
  // One that is short while much less leaves than is planned has a slow downlink, or is on its way back.
  if (!areAllShort && nowBps < 0.6 * capacityBps && signs.lossRatio <= LOSS_RATIO) return estimate;
  return fall(estimate, capacityBps, nowBps * SHORT_SHARE, seen, BLIND_CUT_EVERY_MS);
}

function fall(
  estimate: CapacityEstimate,
  capacityBps: number,
  toBps: number,
  seen: UplinkObservation,
  everyMs: number,
): CapacityEstimate {
  const { memory } = estimate;
  const { atMs } = seen;
  const isBlind = seen.queueMs === undefined;
  const fullAtMs = isBlind ? memory.fullAtMs : atMs;
  if (atMs - memory.cutAtMs < everyMs || toBps >= capacityBps)
    return { ...estimate, memory: { ...memory, fullAtMs, fellAtMs: atMs } };
  const tries = isBlind ? Math.min(MAX_TRIES, memory.tries + 1) : 0;
  const sentBps = lately(memory); // what was carried before says nothing of now
  const fallen = { ...memory, sentBps, fullAtMs, fellAtMs: atMs, cutAtMs: atMs, tries };
  return {
    ...estimate,
    capacityBps: bounded(Math.max(toBps, capacityBps * MAX_CUT), fallen),
    memory: fallen,
  };
}

function growthPerS({ fellAtMs, tries }: EstimateMemory, seen: UplinkObservation): number {
  if (fellAtMs === undefined) return START_GROWTH;
  const holdS = seen.queueMs === undefined ? BLIND_HOLD_S * 2 ** Math.max(0, tries - 1) : HOLD_S;
  const seconds = (seen.atMs - fellAtMs) / 1_000 - holdS;
  return seconds <= 0 ? 0 : Math.min(MAX_GROWTH, CUBIC_GROWTH * seconds ** 2);
}

function finish(
  estimate: CapacityEstimate,
  passedBps: number,
  seen: UplinkObservation | undefined,
): CapacityEstimate {
  const { capacityBps, memory } = estimate;
  const { statedBps, fullAtMs, fellAtMs, seenAtMs, trains } = memory;
  if (capacityBps === undefined) return estimate;
  const isStated = statedBps !== undefined && capacityBps >= statedBps;
  const isBound = fullAtMs !== undefined && (seenAtMs ?? fullAtMs) - fullAtMs < BOUND_MS;
  const isProbed = estimate.source === 'probed' && fellAtMs === undefined && trains.length > 0;
  const learnt = passedBps > 0 || fellAtMs !== undefined ? 'learnt' : 'assumed';
  return {
    ...estimate,
    source: isStated ? 'stated' : isProbed ? 'probed' : learnt,
    boundBps: isStated || isBound ? capacityBps : statedBps,
    confidence: isStated ? 1 : clamp(isBound || isProbed ? 0.8 : passedBps / capacityBps, 0, 0.8),
    wantsTrain: seen !== undefined && wantsTrain(capacityBps, memory, seen),
  };
}

function wantsTrain(capacityBps: number, { trainAtMs }: EstimateMemory, seen: UplinkObservation): boolean {
  if (seen.queueMs !== undefined || seen.wantedBps <= capacityBps) return false;
  return seen.atMs - trainAtMs >= (capacityBps < THIN_BPS ? THIN_TRAIN_EVERY_MS : TRAIN_EVERY_MS);
}

function bounded(bps: number, { statedBps }: EstimateMemory): number {
  return clamp(bps, MIN_BPS, statedBps ?? MAX_BPS);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
