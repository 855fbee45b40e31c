/** A rate that grows while queues are short and backs off when they are not. */
export interface GovernedRate {
  readonly rateBps: number;
  /** When it was last cut, for a queue or for video. */
  readonly cutAtMs: number;
  /** The rate that met a queue last; `undefined` where none has lately. */
  readonly troubleBps: number | undefined;
  /** When that was; `undefined` where none ever did. */
  readonly metAtMs: number | undefined;
  /** Since when the queue is next to nothing; `undefined` while it is not. */
  readonly quietSinceMs: number | undefined;
}

/** What a rate is governed by. */
export interface RateSignal {
  readonly atMs: number;
  /** Since the step before. */
  readonly elapsedMs: number;
  /** The queue just now; `undefined` where nobody reports. */
  readonly queueMs: number | undefined;
  readonly targetMs: number;
  /** Some video is short of its plan. */
  readonly videoShort: boolean;
  /** What was sent lately: a rate that is not used does not grow, and one that nobody uses is forgotten. */
  readonly usedBps: number;
  /** Bulk went out and nobody has said for long that it came. */
  readonly isChoked: boolean;
  /** How old the newest report is: what it does not tell of is no reason to grow. */
  readonly heardAgoMs: number;
  readonly floorBps: number;
  readonly ceilingBps: number;
  /** How fast it grows, 1 = in full. */
  readonly growth: number;
}

/** How fast a rate grows where a queue is possible: slow enough that GCC's own delay detector keeps its calm. */
const GROWTH_BPS_PER_S = 80_000;
/** And on fast paths, as a share of itself. */
const GROWTH_PER_S = 0.25;
/** On a path that shows no queue at all a rate doubles in so long: 24 kbit/s to 400 Mbit/s take 5 s. */
const DOUBLING_MS = 300;
/** A queue below this share of the target is none. */
const QUIET_SHARE = 0.3;
/** Quiet for so long: doubles. A report tells of what left 100 ms ago, so it is several of them. */
const QUIET_MS = 500;
/** A rate that met a queue is approached slowly for so long. */
const TROUBLE_MS = 6_000;
/** And from this share of it on. */
const NEAR_TROUBLE = 0.8;
/** The least time between two cuts: what the last one did is not seen sooner. */
const CUT_MS = 150;
/** The least time between two cuts for the sake of video: what it is short of is known twice a second. */
const SHORT_CUT_MS = 500;
/** A rate may be so many times what is used of it, which lags behind, and then some. */
const [USED_TIMES, USED_MORE_BPS] = [2.5, 32_000];
/** So much is no use at all: not even a packet a second. */
const UNUSED_BPS = 1_000;
/** What nobody uses loses this share of itself in a second. */
const FORGET_PER_S = 0.2;
/** A report speaks for so long of whether there is room. */
const HEARD_MS = 250;
/** No step counts for more time than this, however late a timer is. */
const MAX_STEP_MS = 250;

/** What a rate begins with, and falls back to where nobody uses it: a packet each 400 ms; four doublings are a second. */
const START_BPS = 24_000;

/** A rate that nothing is known of. */
export function startRate(rateBps = START_BPS): GovernedRate {
  return { rateBps, cutAtMs: -Infinity, troubleBps: undefined, metAtMs: undefined, quietSinceMs: undefined };
}

/** One step of a rate: down at once, up slowly. */
export function stepRate(rate: GovernedRate, signal: RateSignal): GovernedRate {
  const next = respond(rate, signal);
  const rateBps = Math.max(signal.floorBps, Math.min(next.rateBps, signal.ceilingBps));
  return rateBps === next.rateBps ? next : { ...next, rateBps };
}

function respond(rate: GovernedRate, signal: RateSignal): GovernedRate {
  const { atMs, queueMs, targetMs, videoShort } = signal;
  const sinceCutMs = atMs - rate.cutAtMs;
  if (queueMs === undefined) return unheard(rate, signal, sinceCutMs);
  if (queueMs > targetMs) {
    if (sinceCutMs < CUT_MS) return { ...rate, quietSinceMs: undefined };
    const rateBps = Math.min(rate.rateBps, 1.5 * signal.usedBps + USED_MORE_BPS);
    const excess = (queueMs - targetMs) / targetMs;
    const factor = Math.max(0.5, 1 - 0.5 * excess);
    return { ...cut({ ...rate, rateBps }, atMs, factor), troubleBps: rateBps, metAtMs: atMs };
  }
  if (videoShort) return sinceCutMs < SHORT_CUT_MS ? rate : cut(rate, atMs, 0.7);
  return grow(rate, signal, queueMs);
}

function unheard(rate: GovernedRate, signal: RateSignal, sinceCutMs: number): GovernedRate {
  const now = { ...rate, quietSinceMs: undefined };
  if (signal.isChoked) return sinceCutMs < SHORT_CUT_MS ? now : cut(rate, signal.atMs, 0.7);
  if (signal.usedBps >= UNUSED_BPS || rate.rateBps <= START_BPS) return now;
  const left = 1 - (FORGET_PER_S * Math.min(signal.elapsedMs, 1_000)) / 1_000;
  return { ...now, rateBps: Math.max(START_BPS, rate.rateBps * left) };
}

function cut(rate: GovernedRate, atMs: number, factor: number): GovernedRate {
  return { ...rate, rateBps: rate.rateBps * factor, cutAtMs: atMs, quietSinceMs: undefined };
}

function grow(rate: GovernedRate, signal: RateSignal, queueMs: number): GovernedRate {
  const { atMs, targetMs, usedBps, growth } = signal;
  const { rateBps } = rate;
  const seconds = Math.min(signal.elapsedMs, MAX_STEP_MS) / 1_000;
  const isQuiet = queueMs < QUIET_SHARE * targetMs;
  const quietSinceMs = isQuiet ? (rate.quietSinceMs ?? atMs) : undefined;
  const troubleBps = atMs - rate.cutAtMs > TROUBLE_MS ? undefined : rate.troubleBps;
  const now = { ...rate, quietSinceMs, troubleBps };
  if (signal.heardAgoMs > HEARD_MS) return now;
  if (rateBps > USED_TIMES * usedBps + USED_MORE_BPS) return now;
  const additive = Math.max(GROWTH_BPS_PER_S, GROWTH_PER_S * rateBps) * growth;
  const slow = rateBps + additive * (1 - queueMs / targetMs) * seconds;
  // Who is to yield waits longer: what shows no queue at all is in nobody's way.
  const isFree = quietSinceMs !== undefined && atMs - quietSinceMs >= QUIET_MS / growth;
  if (!isFree || (growth < 1 && troubleBps !== undefined)) return { ...now, rateBps: slow };
  const fast = rateBps * 2 ** ((seconds * 1_000) / DOUBLING_MS);
  const untilBps = troubleBps === undefined ? Infinity : NEAR_TROUBLE * troubleBps;
  return { ...now, rateBps: Math.max(slow, Math.min(fast, untilBps)) };
}
