// @ts-check
import { planUplink } from '@conclave/mesh';

import { hold, median, printTable, rounded } from '../support/report.mjs';

/** What a frame of animation can spare many times over: the plan is made anew whenever anybody's demand changes. */
const GOAL_MS = 2;
const WARM_UP = 200;
const RUNS = 400;

/** Tiles of a gallery, and the speaker. */
const HEIGHTS = [undefined, 180, 360, 720];

/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'one plan of an uplink for a thousand subscribers, and for a room of eight',
  packages: ['mesh'],
  async measure({ rounds = RUNS }) {
    const sizes = /** @type {const} */ ([
      ['eightSubscribersMs', 8],
      ['thousandSubscribersMs', 1_000],
      ['fourThousandSubscribersMs', 4_000],
    ]);
    const figures = /** @type {Record<string, number>} */ ({});
    for (const [figure, count] of sizes) figures[figure] = rounded(median(timesOf(count, rounds)));
    printTable([
      ['subscribers', 'median ms'],
      ...sizes.map(([figure, count]) => [count, figures[figure] ?? NaN]),
    ]);
    return {
      figures,
      rows: [hold('thousandSubscribersMs', '<=', GOAL_MS, figures['thousandSubscribersMs'] ?? NaN)],
    };
  },
};

/**
 * A capacity that changes with each plan, so that video is shared, steadied against the plan before, and sometimes paused.
 * @param {number} count
 * @param {number} rounds
 */
function timesOf(count, rounds) {
  const subscribers = roomOf(count);
  const times = [];
  let previous;
  for (let round = 0; round < WARM_UP + rounds; round++) {
    const capacityBps = count * 50_000 * (2 + (round % 11));
    const startMs = performance.now();
    previous = planUplink({ capacityBps, subscribers, previous });
    if (round >= WARM_UP) times.push(performance.now() - startMs);
  }
  return times;
}

/**
 * Their IDs are as unlike each other as digests are, and in no order.
 * @param {number} count
 */
function roomOf(count) {
  return Array.from({ length: count }, (_, index) => {
    const farId = ((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0').repeat(8);
    const maxHeight = HEIGHTS[index % HEIGHTS.length];
    const video = {
      stream: 'camera',
      weight: 1 + (index % 5),
      width: 1280,
      height: 720,
      framerate: 30,
      maxHeight,
    };
    return { farId, audioStreams: 1, videos: [video] };
  });
}
