import { lowerMedian } from './lower-median.js';

/** The round trip of a link, where it is known. */
interface TimedLink {
  readonly farId: string;
  readonly rttMs?: number | undefined;
}

/** Round trips tell of a queue where nobody reports, but seldom: once a second at best. */
export function rttQueueMs(
  leastRttMs: ReadonlyMap<string, number>,
  links: readonly TimedLink[],
): number | undefined {
  return lowerMedian(
    links.flatMap(({ farId, rttMs }) =>
      rttMs === undefined ? [] : [rttMs - (leastRttMs.get(farId) ?? rttMs)],
    ),
  );
}

/** The least round trip of each link that there still is. */
export function leastRtts(
  before: ReadonlyMap<string, number>,
  links: readonly TimedLink[],
): ReadonlyMap<string, number> {
  const least = new Map<string, number>();
  for (const { farId, rttMs } of links) {
    const leastMs = Math.min(before.get(farId) ?? Infinity, rttMs ?? Infinity);
    if (leastMs < Infinity) least.set(farId, leastMs);
  }
  return least;
}
