import { lowerMedian } from './lower-median.js';
import {
  governLink,
  isChoked,
  NEW_LINK,
  usedLink,
  type LinkStep,
  type ScavengedLink,
} from './scavenge-link.js';
import { pathAfter, type Path, type ScavengeReport } from './scavenge-path.js';
import { startRate, stepRate, type GovernedRate } from './scavenge-rate.js';

/** What bulk may take of the uplink, over all links: what audio, video and messages leave, found by the queue that it makes. */
export interface Scavenger {
  /** What may leave over all links together, in bits per second on the wire. */
  readonly rateBps: number;
  /** What a known capacity leaves; the greatest rate of all where none is known. */
  readonly ceilingBps: number;
  /** The queue that all links share: the lower median over those that reported lately; `undefined` where none did. */
  readonly queueMs: number | undefined;
  /** For how long nobody has seen the shared queue empty; 0 where nobody reports. */
  readonly standingMs: number;
  /** When bulk last met a queue that did not go away by itself, and gave way. */
  readonly metAtMs: number | undefined;
  /** The links that bulk went over, or that reported. */
  readonly links: ReadonlyMap<string, ScavengedLink>;
  /** The rate of all links together, while it does not stand back. */
  readonly shared: GovernedRate;
  readonly steppedAtMs: number | undefined;
  /** What one packet takes on the uplink, as far as its capacity is known. */
  readonly packetMs: number;
  /** Until when bulk stands back, so that the path's own delay is seen again. */
  readonly drainUntilMs: number;
  readonly drainedAtMs: number;
}

/** What the world is like at a step. */
export interface ScavengeTick {
  /** Now, by any clock that does not go back. */
  readonly atMs: number;
  /** What the plan gives audio, video and messages, on the wire; 0 where there is neither audio nor video. */
  readonly reserveBps: number;
  /** What the uplink carries, where that is known: what it was seen not to exceed, or what was stated. */
  readonly capacityBps: number | undefined;
  /** What the plan leaves of the capacity, where that is known: bulk gets a little of it whatever noise there is in the signals. */
  readonly spareBps?: number | undefined;
  /** Some video is short of its plan. */
  readonly videoShort: boolean;
  /** Bytes on the wire of what is governed, by link, since the step before. */
  readonly sentBytes: ReadonlyMap<string, number>;
}

/** Bulk over all links never falls below this: a packet each 600 ms is what finds out that there is room again. */
export const SCAVENGE_FLOOR_BPS = 16_000;
/** Nothing is faster, as far as a browser goes: above it only windows bound. */
export const SCAVENGE_MAX_BPS = 1_000_000_000;
/** The queue that bulk may make beside media: far less than a person would notice, */
const TARGET_MS = 25;
/** more on an uplink so thin that a frame of video is no shorter: so many packets, up to so long. */
const [TARGET_PACKETS, MAX_TARGET_MS] = [2.5, 60];
/** The queue that bulk may make where there is no media, or the rate is high: then it stands in the receiving page. */
const FAST_TARGET_MS = 50;
const FAST_BPS = 10_000_000;
/** Of a known capacity this is not given out: for what is sent again. On a thin uplink that is much, on others queues tell. */
const KEPT_BPS = 10_000;
/**
 * Of what nobody else is planned for: on a busy machine late timers look like queues, and a file must still arrive. Half of it
 * while the uplink was never seen full, else a tenth.
 */
const [FREE_FLOOR, SPARE_FLOOR] = [0.5, 0.1];
/** A report speaks for its link so long, */
const FRESH_MS = 400;
/** longer where packets are rare: else who reports often would speak for all. */
const [FRESH_PACKETS, MAX_FRESH_MS] = [2, 2_500];
/** A link that uses less than this does not share. */
const IDLE_BPS = 1_000;
/** What is stepped more often than this is the same step. */
const STEP_MS = 10;
/** A path that was not seen empty for so long is emptied, lest its queue be taken for its length, */
const UNDRAINED_MS = 5_000;
/** not more often than this, */
const DRAIN_EVERY_MS = 10_000;
/** for so long: a round trip and several reports. */
const DRAIN_MS = 300;
/** A queue stands once so many reports in a row have seen it, for so long: a frame of video is gone by then. */
const [STANDING_REPORTS, STANDING_MS] = [4, 250];
/** What a packet is on the wire, and the queue that is none whatever the rate. */
const [PACKET_BYTES, EMPTY_MS] = [1_200, 6];
/** Links that are remembered: more than a connection has. */
const MAX_LINKS = 256;

/** A scavenger that knows nothing. */
export function startScavenger(): Scavenger {
  const shared = startRate();
  return {
    rateBps: shared.rateBps,
    ceilingBps: SCAVENGE_MAX_BPS,
    queueMs: undefined,
    standingMs: 0,
    metAtMs: undefined,
    links: new Map(),
    shared,
    steppedAtMs: undefined,
    packetMs: 0,
    drainUntilMs: -Infinity,
    drainedAtMs: -Infinity,
  };
}

/** A far end has reported; `onTick` acts on it. */
export function onReport(state: Scavenger, report: ScavengeReport, atMs: number): Scavenger {
  const before = state.links.get(report.farId) ?? NEW_LINK;
  if (before === NEW_LINK && state.links.size >= MAX_LINKS) return state;
  const path = pathAfter(before.path, report, atMs, Math.max(EMPTY_MS, state.packetMs));
  const links = new Map(state.links).set(report.farId, { ...before, path, unheardSinceMs: undefined });
  return { ...state, links };
}

/** A link has gone. */
export function onGone(state: Scavenger, farId: string): Scavenger {
  if (!state.links.has(farId)) return state;
  const links = new Map(state.links);
  links.delete(farId);
  return { ...state, links };
}

/** A step: every 10 to 20 ms by a timer, and at each report, since timers of a page in the background are late. */
export function onTick(state: Scavenger, tick: ScavengeTick): Scavenger {
  const { atMs, capacityBps } = tick;
  const elapsedMs = state.steppedAtMs === undefined ? STEP_MS : atMs - state.steppedAtMs;
  if (elapsedMs < STEP_MS) return state;
  const used = useLinks(state.links, tick, elapsedMs);
  const fresh = freshPaths(used, state.rateBps, atMs);
  const packetMs = capacityBps === undefined ? 0 : (PACKET_BYTES * 8_000) / capacityBps;
  const now: Step = {
    atMs,
    elapsedMs,
    queueMs: lowerMedian(fresh.map((path) => path.queueMs)),
    heardAgoMs: atMs - Math.max(...fresh.map((path) => path.reportedAtMs)),
    targetMs: Math.min(MAX_TARGET_MS, Math.max(TARGET_MS, TARGET_PACKETS * packetMs)),
  };
  const standingMs = lowerMedian(fresh.map((path) => standing(path, atMs))) ?? 0;
  const drain = drainAt(state, fresh, atMs);
  const isDraining = atMs < drain.drainUntilMs;
  const shared = isDraining ? state.shared : stepShared(state.shared, tick, now, used);
  const hasMet = shared.metAtMs !== state.shared.metAtMs && standingMs >= STANDING_MS;
  const rateBps = isDraining ? Math.min(shared.rateBps, SCAVENGE_FLOOR_BPS) : shared.rateBps;
  return {
    ...drain,
    rateBps,
    ceilingBps: ceiling(tick),
    queueMs: now.queueMs,
    standingMs,
    metAtMs: hasMet ? atMs : state.metAtMs,
    links: governLinks(used, { ...now, floorBps: floor(tick) / 4 }, rateBps),
    shared,
    steppedAtMs: atMs,
    packetMs,
  };
}

interface Step {
  readonly atMs: number;
  readonly elapsedMs: number;
  readonly queueMs: number | undefined;
  readonly heardAgoMs: number;
  readonly targetMs: number;
}

function stepShared(
  shared: GovernedRate,
  tick: ScavengeTick,
  now: Step,
  links: ReadonlyMap<string, ScavengedLink>,
): GovernedRate {
  const isFast = shared.rateBps >= FAST_BPS || tick.reserveBps <= 0;
  const all = [...links.values()];
  return stepRate(shared, {
    ...now,
    targetMs: isFast ? Math.max(FAST_TARGET_MS, now.targetMs) : now.targetMs,
    videoShort: tick.videoShort,
    usedBps: all.reduce((sum, link) => sum + link.usedBps, 0),
    isChoked: all.some((link) => isChoked(link, tick.atMs)),
    floorBps: floor(tick),
    ceilingBps: ceiling(tick),
    growth: 1,
  });
}

function ceiling({ capacityBps, reserveBps }: ScavengeTick): number {
  if (capacityBps === undefined || reserveBps <= 0) return SCAVENGE_MAX_BPS; // nobody to protect: queues alone decide
  const ceilingBps = Math.min(SCAVENGE_MAX_BPS, capacityBps - KEPT_BPS - reserveBps);
  return Math.max(SCAVENGE_FLOOR_BPS, ceilingBps);
}

function floor(tick: ScavengeTick): number {
  const share = tick.capacityBps === undefined ? FREE_FLOOR : SPARE_FLOOR;
  return Math.min(ceiling(tick), Math.max(SCAVENGE_FLOOR_BPS, share * (tick.spareBps ?? 0)));
}

function useLinks(
  links: ReadonlyMap<string, ScavengedLink>,
  { atMs, sentBytes }: ScavengeTick,
  elapsedMs: number,
): Map<string, ScavengedLink> {
  const used = new Map<string, ScavengedLink>();
  for (const farId of new Set([...links.keys(), ...sentBytes.keys()])) {
    if (used.size >= MAX_LINKS) break;
    used.set(farId, usedLink(links.get(farId) ?? NEW_LINK, sentBytes.get(farId) ?? 0, atMs, elapsedMs));
  }
  return used;
}

function freshPaths(
  links: ReadonlyMap<string, ScavengedLink>,
  rateBps: number,
  atMs: number,
): readonly Path[] {
  const paths = [...links.values()].flatMap(({ path }) => path ?? []);
  const packetsMs = (FRESH_PACKETS * paths.length * PACKET_BYTES * 8_000) / rateBps;
  const freshMs = Math.min(MAX_FRESH_MS, Math.max(FRESH_MS, packetsMs));
  return paths.filter((path) => atMs - path.reportedAtMs <= freshMs);
}

function standing(path: Path, atMs: number): number {
  return path.fullReports < STANDING_REPORTS ? 0 : atMs - path.emptyAtMs;
}

function drainAt(state: Scavenger, fresh: readonly Path[], atMs: number): Scavenger {
  if (atMs - state.drainedAtMs < DRAIN_EVERY_MS) return state;
  const undrainedMs = lowerMedian(fresh.map((path) => atMs - path.emptyAtMs)) ?? 0;
  if (undrainedMs < UNDRAINED_MS) return state;
  return { ...state, drainUntilMs: atMs + DRAIN_MS, drainedAtMs: atMs };
}

function governLinks(
  links: Map<string, ScavengedLink>,
  now: Step & Pick<LinkStep, 'floorBps'>,
  rateBps: number,
): ReadonlyMap<string, ScavengedLink> {
  const active = [...links.values()].filter((link) => link.usedBps >= IDLE_BPS).length;
  const step = { ...now, shareBps: rateBps / Math.max(1, active) };
  for (const [farId, link] of links) {
    const targetMs = link.usedBps >= FAST_BPS ? FAST_TARGET_MS : now.targetMs;
    links.set(farId, governLink(link, { ...step, targetMs }));
  }
  return links;
}
