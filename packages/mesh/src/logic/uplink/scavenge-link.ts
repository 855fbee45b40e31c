import type { Path } from './scavenge-path.js';
import { startRate, stepRate, type GovernedRate } from './scavenge-rate.js';

/** What is known of one link. */
export interface ScavengedLink {
  /** What this link may take of the whole; `Infinity` where only the whole bounds it. */
  readonly rateBps: number;
  /** What its far end has reported. */
  readonly path: Path | undefined;
  /** Its far end heard somebody else at the last step. */
  readonly wasTimeCritical: boolean;
  /** Governs the link by its own queue, where its far end hears somebody else, or its own downlink is slow. */
  readonly own: GovernedRate | undefined;
  /** What it was sent lately of what is governed. */
  readonly usedBps: number;
  /** Since when something has been on its way that no report has told of; `undefined` where all was. */
  readonly unheardSinceMs: number | undefined;
}

/** What all links are governed by at a step. */
export interface LinkStep {
  /** What a link alone may have whatever its signals say. */
  readonly floorBps: number;
  readonly atMs: number;
  readonly elapsedMs: number;
  /** The queue that all share. */
  readonly queueMs: number | undefined;
  readonly targetMs: number;
  /** What each link would have if all had the same. */
  readonly shareBps: number;
}

/** A link that nothing is known of. */
export const NEW_LINK: ScavengedLink = {
  rateBps: Infinity,
  path: undefined,
  wasTimeCritical: false,
  own: undefined,
  usedBps: 0,
  unheardSinceMs: undefined,
};

/** A link alone never falls below this: a packet each second or so. */
const LINK_FLOOR_BPS = 8_000;
/** A report speaks for a link's own queue so long. */
const FRESH_MS = 400;
/** After so long without a report something is the matter with the path. */
const CHOKED_MS = 600;
/** Used rates are averaged over about so long. */
const USED_MS = 300;
/** A queue so many times the target, and the others', is the link's own. */
const [ALONE_TARGETS, ALONE_TIMES] = [3, 2];
/** How much slower a link grows whose far end hears somebody else (RFC 7016 section 3.5.2.1 has the same quarter). */
const CRITICAL_GROWTH = 0.25;

/** What a link has used after so many more bytes. */
export function usedLink(link: ScavengedLink, bytes: number, atMs: number, elapsedMs: number): ScavengedLink {
  const weight = 1 - Math.exp(-elapsedMs / USED_MS);
  const usedBps = link.usedBps + weight * ((bytes * 8_000) / elapsedMs - link.usedBps);
  return { ...link, usedBps, unheardSinceMs: link.unheardSinceMs ?? (bytes > 0 ? atMs : undefined) };
}

/** Whether something went out and nobody has said for long that it came. */
export function isChoked({ unheardSinceMs }: ScavengedLink, atMs: number): boolean {
  return unheardSinceMs !== undefined && atMs - unheardSinceMs > CHOKED_MS;
}

/** A link whose far end hears somebody else gives way at its own queue, at once by half; so does one with a slow downlink. */
export function governLink(link: ScavengedLink, step: LinkStep): ScavengedLink {
  const { path } = link;
  if (!path) return link;
  const { atMs, targetMs, shareBps } = step;
  const wasTimeCritical = path.isTimeCritical;
  const isFresh = atMs - path.reportedAtMs <= FRESH_MS;
  const isOwnQueue = path.queueMs > Math.max(ALONE_TARGETS * targetMs, ALONE_TIMES * (step.queueMs ?? 0));
  if ((wasTimeCritical && !link.wasTimeCritical) || (!link.own && isFresh && isOwnQueue)) {
    const usedBps = Math.min(shareBps, link.rateBps, Math.max(link.usedBps, 2 * LINK_FLOOR_BPS));
    const rateBps = Math.max(LINK_FLOOR_BPS, step.floorBps, usedBps / 2);
    return {
      ...link,
      wasTimeCritical,
      rateBps,
      own: { ...startRate(rateBps), cutAtMs: atMs, troubleBps: rateBps },
    };
  }
  if (!link.own) return { ...link, wasTimeCritical };
  const own = stepRate(link.own, {
    ...step,
    queueMs: isFresh ? path.queueMs : undefined,
    heardAgoMs: atMs - path.reportedAtMs,
    videoShort: false,
    usedBps: link.usedBps,
    isChoked: isChoked(link, atMs),
    floorBps: Math.max(LINK_FLOOR_BPS, step.floorBps),
    ceilingBps: Infinity,
    growth: wasTimeCritical ? CRITICAL_GROWTH : 1,
  });
  const isOver = !wasTimeCritical && own.troubleBps === undefined && own.rateBps > 2 * shareBps;
  if (isOver) return { ...link, wasTimeCritical, own: undefined, rateBps: Infinity };
  return { ...link, wasTimeCritical, own, rateBps: own.rateBps };
}
