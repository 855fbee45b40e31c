import type { Ladder } from './ladder.js';
import { shareAt, shareOut } from './share.js';

/** A video that may be encoded. */
export interface Encodable {
  /** What it is worth. */
  readonly weight: number;
  /** The steps that it may be sent at. */
  readonly ladder: Ladder;
}

/**
 * The highest step of each video that the processor has room for, -1 where it has none for the video at all. `scale` is
 * the share of the pixels per second wanted that can be encoded. The least weights shrink first, equal ones together,
 * and only when all are at their first step the last are paused. O(n log n).
 * @param videos in the order in which they are served: by weight, the greatest first
 */
export function topSteps(videos: readonly Encodable[], scale: number): readonly number[] {
  if (scale >= 1) return videos.map(({ ladder }) => ladder.steps.length - 1);
  let rest = scale * videos.reduce((sum, video) => sum + most(video), 0);
  const served = videos.findIndex((video) => (rest -= least(video)) < 0);
  if (served !== -1) return videos.map((_, index) => (index < served ? 0 : -1));

  const tops: number[] = [];
  while (tops.length < videos.length) {
    const weight = videos[tops.length]?.weight;
    const end = videos.findIndex((video, index) => index > tops.length && video.weight !== weight);
    const equals = videos.slice(tops.length, end === -1 ? videos.length : end);
    const claims = equals.map((video) => ({ weight: 1, least: least(video), most: most(video) }));
    const leasts = claims.reduce((sum, claim) => sum + claim.least, 0);
    const level = shareOut(claims)(rest + leasts);
    equals.forEach(({ ladder }, index) => {
      const claim = claims[index];
      if (!claim) return;
      const granted = shareAt(claim, level);
      tops.push(ladder.steps.findLastIndex(({ pixelRate }) => pixelRate <= granted));
      rest -= granted - claim.least;
    });
  }
  return tops;
}

const least = ({ ladder }: Encodable) => ladder.steps[0].pixelRate;

const most = ({ ladder }: Encodable) => (ladder.steps.at(-1) ?? ladder.steps[0]).pixelRate;
