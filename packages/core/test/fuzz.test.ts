import { FUZZ } from './support/fuzz-plan.js';
import { fuzzInbox } from './support/inbox-fuzz.js';
import { fuzzSdp } from './support/sdp-fuzz.js';

const { runs, seed, limitMs } = FUZZ;

test(
  '[B2] a spoilt description is read as a naive reader reads it, or refused where that one refuses it',
  () => {
    const { taken, refused } = fuzzSdp(runs, seed);
    expect(Math.min(taken, refused)).toBeGreaterThan(runs / 10);
  },
  limitMs,
);

test(
  '[C9] on a wire that doubles, drops, swaps and forges nothing is handled twice, out of order or called delivered unsent',
  () => {
    const { gaps, full } = fuzzInbox(runs, seed);
    expect(gaps).toBeGreaterThan(runs / 10);
    expect(full).toBeGreaterThan(0);
  },
  limitMs,
);
