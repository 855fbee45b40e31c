import type { UplinkPlan, VideoPlan } from './uplink-plan.js';

/** A video that somebody gets less of, or more again. */
export interface UplinkChange {
  /** Whose. */
  readonly farId: string;
  /** Which. */
  readonly stream: string;
  /** Which way it went. */
  readonly change: 'degraded' | 'restored';
  /** What it has come to. */
  readonly state: VideoPlan['state'];
  /** What is behind it: for `restored`, what had been. */
  readonly why: NonNullable<VideoPlan['why']>;
  /** A sentence for a user interface, without the name of the subscriber. */
  readonly words: string;
}

/**
 * Whose picture became smaller, less smooth or paused between two plans, and whose came back; in the order of IDs. What
 * changes by less than a whole step is no event; nor is a subscriber who comes, unless without a picture, or goes.
 */
export function planChanges(before: UplinkPlan, after: UplinkPlan): readonly UplinkChange[] {
  const formers = new Map(before.subscribers.map(({ farId, videos }) => [farId, videos]));
  const changes: UplinkChange[] = [];
  for (const { farId, videos } of after.subscribers) {
    for (const video of videos) {
      const former = formers.get(farId)?.find(({ stream }) => stream === video.stream);
      const change = former ? changeOf(former, video) : comes(video);
      if (change) changes.push({ farId, stream: video.stream, state: video.state, ...change });
    }
  }
  return changes;
}

type Change = Pick<UplinkChange, 'change' | 'why' | 'words'>;

function comes(video: VideoPlan): Change | undefined {
  return video.state === 'paused' && video.why !== 'asked'
    ? degraded('No picture is sent', video)
    : undefined;
}

/** The picture before the smoothness: where one rises and the other falls, since the source changed, size tells more. */
function changeOf(before: VideoPlan, after: VideoPlan): Change | undefined {
  if (after.state === 'paused' || before.state === 'paused') {
    if (after.state === before.state) return undefined;
    return after.state === 'paused'
      ? degraded('No picture is sent', after)
      : restored('The picture is sent again', before);
  }
  if (after.height < before.height) return degraded('The picture is smaller', after);
  if (after.height > before.height) return restored('The picture is larger again', before);
  if (after.maxFramerate < before.maxFramerate) return degraded('The picture moves less smoothly', after);
  if (after.maxFramerate > before.maxFramerate)
    return restored('The picture moves more smoothly again', before);
  return undefined;
}

const REASONS = {
  uplink: 'your upload is too slow for more',
  cpu: 'this device is too busy for more',
  asked: 'no more was asked for',
} as const;

function degraded(what: string, { why = 'asked' }: VideoPlan): Change {
  return { change: 'degraded', why, words: `${what}: ${REASONS[why]}.` };
}

function restored(what: string, { why = 'asked' }: VideoPlan): Change {
  return { change: 'restored', why, words: `${what}.` };
}
