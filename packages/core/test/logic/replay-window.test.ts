import fc from 'fast-check';

import { EMPTY_WINDOW, takeCounter, type ReplayWindow } from '../../src/logic/replay-window.js';

const SIZE = 16;

/** Which of these counters are taken, one after the other. */
function takenOf(counters: readonly number[]): boolean[] {
  let window: ReplayWindow = EMPTY_WINDOW;
  return counters.map((counter) => {
    const next = takeCounter(window, counter, SIZE);
    window = next ?? window;
    return next !== undefined;
  });
}

test.each([
  ['each counter once', [0, 1, 2, 1, 2, 0], [true, true, true, false, false, false]],
  ['counters in any order within the window', [9, 3, 7, 0], [true, true, true, true]],
  ['the last counter that the window reaches', [SIZE, 1], [true, true]],
  ['no counter behind the window', [SIZE, 0], [true, false]],
  ['a great leap forward, and nothing from before it', [1, 1e12, 2], [true, true, false]],
])('[B2] the replay window takes %s', (_, counters, expected) => {
  expect(takenOf(counters)).toEqual(expected);
});

test('[B2] the replay window decides as a memory of everything would', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 64 }), { maxLength: 200 }), (counters) => {
      const seen = new Set<number>();
      const naive = counters.map((counter) => {
        const takes = !seen.has(counter) && counter > Math.max(-1, ...seen) - SIZE;
        if (takes) seen.add(counter);
        return takes;
      });
      expect(takenOf(counters)).toEqual(naive);
    }),
    { seed: 2026, numRuns: 2000 },
  );
});

test('[B2] the replay window remembers no more counters than it is wide', () => {
  let window: ReplayWindow = EMPTY_WINDOW;
  for (let counter = 0; counter < 1000; counter += 1) window = takeCounter(window, counter, SIZE) ?? window;
  expect(window.seen.size).toBe(SIZE);
});
