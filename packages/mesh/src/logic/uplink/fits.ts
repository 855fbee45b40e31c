import { isAudioSafe } from './audio.js';
import type { PlanInput, SubscriberDemand, VideoDemand } from './demand.js';
import { limitsOf, MAX_AUDIO_STREAMS, MAX_CAPACITY_BPS } from './limits.js';
import { planUplink } from './plan.js';
import type { UplinkPlan, VideoPlan } from './uplink-plan.js';

/** Whether more subscribers fit. */
export type Fit =
  /** Nobody's picture gets smaller by it. */
  | { readonly fits: 'yes' }
  /** Everybody's audio is safe. */
  | {
      readonly fits: 'degraded';
      /** Videos that would be paused: of those sent now, and of the newcomers. */
      readonly paused: number;
      /** Videos sent now that would get smaller, or fewer frames. */
      readonly reduced: number;
    }
  /** `audio`: somebody's audio would suffer; `limit`: the room has as many as it may. */
  | { readonly fits: 'no'; readonly why: 'audio' | 'limit' };

/** How many subscribers there can be, and what stops more. */
export interface CapacityLimit {
  /** The most subscribers. */
  readonly limit: number;
  /** Which of the two is lower. */
  readonly bound: 'maxPeerConnections' | 'uplink';
}

/** More subscribers than any mesh has: a question about more is one about as many. */
const MAX_SUBSCRIBERS = 4_096;

/** A subscriber to whom this end sends sound and nothing else: what is asked about where nobody says more. */
const LISTENER: SubscriberDemand = { farId: '', audioStreams: 1, videos: [] };

/**
 * Whether `n` more subscribers fit. They are taken to be like the average of those that are there; where there are none,
 * like `like`. Never `limit`: who counts subscribers has its own limit. O(m log m) of all there would be.
 */
export function wouldFit(input: PlanInput, n = 1, like: SubscriberDemand = LISTENER): Fit {
  const more = Math.min(MAX_SUBSCRIBERS, Math.max(0, Math.floor(n || 0)));
  const newcomer = averageOf(input.subscribers, like);
  // After all others, so that of equal videos theirs are the first to be paused.
  const newcomers = Array.from({ length: more }, (_, index) => ({ ...newcomer, farId: `\uffff${index}` }));
  const now = planUplink(input);
  const subscribers = [...input.subscribers, ...newcomers];
  const then = planUplink({ ...input, subscribers, previous: input.previous ?? now });
  if (!then.audioSafe) return { fits: 'no', why: 'audio' };

  const former = new Map(videosOf(now));
  let [paused, reduced] = [0, 0];
  for (const [key, video] of videosOf(then)) {
    const had = former.get(key);
    if (video.state === 'paused') paused += Number(video.why !== 'asked' && had?.state !== 'paused');
    else if (had) reduced += Number(video.height < had.height || video.maxFramerate < had.maxFramerate);
  }
  return paused + reduced === 0 ? { fits: 'yes' } : { fits: 'degraded', paused, reduced };
}

/**
 * How many subscribers there can be with everybody's audio safe: the lower of `maxPeerConnections` and what the uplink
 * carries of subscribers like the average of those that are there, or like `like`. O(n).
 */
export function capacityLimit(
  { capacityBps, subscribers, limits: given }: PlanInput,
  maxPeerConnections: number,
  like: SubscriberDemand = LISTENER,
): CapacityLimit {
  const limits = limitsOf(given);
  const limit = Math.min(MAX_SUBSCRIBERS, Math.max(0, Math.floor(maxPeerConnections || 0)));
  const { audioStreams } = averageOf(subscribers, like);
  const bps = Math.min(MAX_CAPACITY_BPS, Math.max(0, capacityBps || 0));
  const isSafe = (count: number) =>
    isAudioSafe(bps, { streams: count * audioStreams, subscribers: count }, limits);
  if (isSafe(limit)) return { limit, bound: 'maxPeerConnections' };
  let [safe, unsafe] = [0, limit];
  while (unsafe - safe > 1) {
    const middle = (safe + unsafe) >> 1;
    if (isSafe(middle)) safe = middle;
    else unsafe = middle;
  }
  return { limit: safe, bound: 'uplink' };
}

/** As many streams as the average subscriber has, of the sizes and weights that are there, the greater ones. */
function averageOf(subscribers: readonly SubscriberDemand[], like: SubscriberDemand): SubscriberDemand {
  if (subscribers.length === 0) return { ...like, audioStreams: streamsOf(like) };
  const audio = subscribers.reduce((sum, one) => sum + streamsOf(one), 0);
  const videos = subscribers.flatMap((one) => one.videos);
  return {
    farId: '',
    audioStreams: audio / subscribers.length,
    videos: averageVideos(videos, Math.round(videos.length / subscribers.length)),
  };
}

/** Every so many of the videos in the order of their weights: a sample that is like the whole. */
function averageVideos(videos: readonly VideoDemand[], count: number): readonly VideoDemand[] {
  const ordered = videos.toSorted((a, b) => b.weight - a.weight || (a.stream < b.stream ? -1 : 1));
  return Array.from({ length: count }, (_, index) => ordered[Math.floor((index * ordered.length) / count)])
    .filter((video) => video !== undefined)
    .map((video, index) => ({ ...video, stream: `${index}` }));
}

const streamsOf = ({ audioStreams }: SubscriberDemand) =>
  Math.min(MAX_AUDIO_STREAMS, Math.max(0, audioStreams || 0));

function* videosOf({ subscribers }: UplinkPlan): Generator<readonly [string, VideoPlan]> {
  for (const { farId, videos } of subscribers)
    for (const video of videos) yield [`${farId} ${video.stream}`, video];
}
