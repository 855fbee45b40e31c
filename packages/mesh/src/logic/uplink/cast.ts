import type { PlanInput, VideoDemand } from './demand.js';
import { MAX_AUDIO_STREAMS, WEIGHTS } from './limits.js';
import type { VideoPlan } from './uplink-plan.js';

/** A subscriber, in the order of IDs. */
export interface Guest {
  /** Who it is. */
  readonly farId: string;
  /** Streams of live audio that are to be counted. */
  readonly audioStreams: number;
  /** How many videos it wants. */
  readonly videos: number;
}

/** A video that somebody wants, with what it has now. */
export interface Want {
  /** Its place among all, in the order of IDs and then of names. */
  readonly index: number;
  /** What is wanted. */
  readonly demand: VideoDemand;
  /** Its weight, within bounds. */
  readonly weight: number;
  /** Its part of the previous plan. */
  readonly former: VideoPlan | undefined;
  /** Whether it is sent now. */
  readonly isSent: boolean;
}

/** All who are to be served. */
export interface Cast {
  /** By ID, the lower first. */
  readonly guests: readonly Guest[];
  /** The videos of all guests, in the same order; of one guest by name. */
  readonly wants: readonly Want[];
  /** Whether the previous plan was made for the same people and videos: then what changes may be noise. */
  readonly isSame: boolean;
}

/** Puts subscribers in order, and looks up what they have now. O(n log n). */
export function castOf({ subscribers, previous }: PlanInput): Cast {
  const formers = new Map(previous?.subscribers.map((former) => [former.farId, former.videos]));
  let isSame = previous !== undefined && formers.size === subscribers.length;
  const guests: Guest[] = [];
  const wants: Want[] = [];
  for (const { farId, audioStreams, videos } of inOrder(subscribers, ({ farId: id }) => id)) {
    const had = formers.get(farId);
    if (had?.length !== videos.length) isSame = false;
    const streams = Math.min(MAX_AUDIO_STREAMS, Math.max(0, audioStreams || 0));
    guests.push({ farId, audioStreams: streams, videos: videos.length });
    for (const demand of inOrder(videos, ({ stream }) => stream)) {
      const former = had?.find(({ stream }) => stream === demand.stream);
      if (!former) isSame = false;
      const isSent = former !== undefined && former.state !== 'paused';
      wants.push({ index: wants.length, demand, weight: weightOf(demand), former, isSent });
    }
  }
  return { guests, wants, isSame };
}

/**
 * The order in which videos are served: the greater weight first; of equal ones those that are sent now, so that nobody
 * loses a picture to somebody who came later; of those the one with the lower ID, then the lower name of its stream.
 * @param wants in the order of IDs and names
 */
export function inOrderOfService(wants: readonly Want[]): readonly Want[] {
  return wants.toSorted((a, b) => b.weight - a.weight || Number(b.isSent) - Number(a.isSent));
}

function weightOf({ weight }: VideoDemand): number {
  if (Number.isNaN(weight)) return WEIGHTS.usual;
  return Math.min(WEIGHTS.greatest, Math.max(WEIGHTS.least, weight));
}

function inOrder<T>(things: readonly T[], keyOf: (thing: T) => string): readonly T[] {
  if (things.length < 2) return things;
  const keyed = things.map((thing) => ({ key: keyOf(thing), thing }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ thing }) => thing);
}
