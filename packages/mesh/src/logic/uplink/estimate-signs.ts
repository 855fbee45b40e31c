import { leastRtts, rttQueueMs } from './estimate-rtt.js';
import type { Train } from './estimate-trains.js';
import { lowerMedian } from './lower-median.js';

/** What an estimate remembers of what it saw. */
export interface EstimateMemory {
  readonly statedBps: number | undefined;
  readonly seenAtMs: number | undefined;
  /** What left in the last observations, newest last. */
  readonly sentBps: readonly number[];
  readonly shortSinceMs: number | undefined;
  /** When a queue last showed that it was full. */
  readonly fullAtMs: number | undefined;
  /** When it was last too much, be it by a queue or by video that was short, and how often in a row only by the latter. */
  readonly fellAtMs: number | undefined;
  readonly tries: number;
  readonly cutAtMs: number;
  readonly leastRttMs: ReadonlyMap<string, number>;
  readonly trains: readonly Train[];
  readonly trainAtMs: number;
}

/** What was seen of the uplink in about half a second. */
export interface UplinkObservation {
  /** Now, by any clock that does not go back. */
  readonly atMs: number;
  /** Every link there is. */
  readonly links: readonly LinkObservation[];
  /** The queue that all links share, where somebody reports: the scavenger's `queueMs`. */
  readonly queueMs: number | undefined;
  /** For how long nobody has seen the queue empty: the scavenger's `standingMs`. */
  readonly standingMs: number;
  /** When bulk last met a queue and gave way: the scavenger's `metAtMs`. */
  readonly metAtMs: number | undefined;
  /** What would be sent if there were room: the plan's wishes and bulk that waits; `Infinity` for a file. */
  readonly wantedBps: number;
}

/** What was seen of one link. */
export interface LinkObservation {
  readonly farId: string;
  /** What left, on the wire. */
  readonly sentBps: number;
  /** What the browser's congestion control would let leave; not in Firefox. */
  readonly ceilingBps?: number | undefined;
  readonly rttMs?: number | undefined;
  /** The part of its packets that was lost, 0 to 1. */
  readonly lossRatio?: number | undefined;
  /** Some video is short of its plan. */
  readonly videoShort: boolean;
  /** What it carries; where nobody says, it is taken to carry audio and video. */
  readonly senders?: readonly { readonly kind: 'audio' | 'video'; readonly bitrateBps: number }[] | undefined;
}

/** Video that is short for so long is short of uplink. */
const SHORT_MS = 1_000;
/** What left in the last second and a half is what leaves now; what left in the last eight seconds has been carried. */
const [SENT_NOW, SENT_KEPT] = [3, 16];

/** What is remembered after an observation. */
export function remember(before: EstimateMemory, seen: UplinkObservation): EstimateMemory {
  const totalBps = seen.links.reduce((sum, link) => sum + Math.max(0, link.sentBps), 0);
  const isShort = seen.links.some((link) => link.videoShort);
  return {
    ...before,
    seenAtMs: seen.atMs,
    sentBps: [...before.sentBps, totalBps].slice(-SENT_KEPT),
    shortSinceMs: isShort ? (before.shortSinceMs ?? seen.atMs) : undefined,
    leastRttMs: leastRtts(before.leastRttMs, seen.links),
  };
}

/** What an observation means. */
export interface Signs {
  /** Of links that share a queue: undefined where nobody can tell. */
  readonly queueMs: number | undefined;
  readonly isShort: boolean;
  readonly areAllShort: boolean;
  readonly hasShortage: boolean;
  readonly lossRatio: number;
  /** What certainly passed. */
  readonly passedBps: number;
  /** What passed just now. */
  readonly nowBps: number;
  /** What congestion control believes, where it is the limit. */
  readonly ceilingBps: number | undefined;
}

/** What an observation means, once it is remembered. */
export function readSigns(memory: EstimateMemory, seen: UplinkObservation): Signs {
  const { links } = seen;
  const short = links.filter((link) => link.videoShort);
  const showing = links.filter((link) => link.videoShort || carries(link, ['video']));
  const areAllShort = short.length > 0 && short.length === showing.length;
  // Of a link that carries nothing just now the loss is of long ago, or nobody's.
  const heard = links.filter((link) => carries(link, ['audio', 'video']));
  const losses = heard.map((link) => Math.max(0, Math.min(1, link.lossRatio ?? 0)));
  const lossRatio = lowerMedian(losses) ?? 0;
  const ceilings = short.flatMap((link) => (link.ceilingBps === undefined ? [] : [link.ceilingBps]));
  const besides = links.filter((link) => !showing.includes(link)).map((link) => Math.max(0, link.sentBps));
  const sum = [...ceilings, ...besides].reduce((total, bps) => total + bps, 0);
  const isComplete = areAllShort && ceilings.length === short.length;
  return {
    queueMs: seen.queueMs ?? rttQueueMs(memory.leastRttMs, links),
    isShort: short.length > 0,
    areAllShort,
    hasShortage: memory.shortSinceMs !== undefined && seen.atMs - memory.shortSinceMs >= SHORT_MS,
    lossRatio,
    passedBps: Math.min(...lately(memory)) * (1 - lossRatio),
    nowBps: mean(memory.sentBps.slice(-2)) * (1 - lossRatio),
    ceilingBps: isComplete ? sum : ceilings.length > 0 ? Math.max(...ceilings) : undefined,
  };
}

function carries({ senders }: LinkObservation, kinds: readonly string[]): boolean {
  return senders?.some(({ kind, bitrateBps }) => bitrateBps > 0 && kinds.includes(kind)) ?? true;
}

/** What left in each of the last observations. */
export function lately({ sentBps }: EstimateMemory): readonly number[] {
  return sentBps.slice(-SENT_NOW);
}

/** What was carried for a second when much was: of such seconds the upper quarter, since single ones are noisy. */
export function carried({ sentBps }: EstimateMemory): number {
  const pairs = sentBps.slice(1).map((bps, index) => (bps + (sentBps[index] ?? 0)) / 2);
  return pairs.sort((a, b) => a - b)[Math.floor(0.75 * pairs.length)] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
