import fc from 'fast-check';

import { takeToken, type TokenBucket } from '../../src/logic/token-bucket.js';

const ALLOWANCE = { burst: 4, perSecond: 2 };

/** How many of these moments, in milliseconds, get a token. */
function taken(momentsMs: readonly number[], allowance = ALLOWANCE): number {
  let bucket: TokenBucket | undefined;
  let count = 0;
  for (const nowMs of momentsMs) {
    const next = takeToken(bucket, allowance, nowMs);
    if (!next) continue;
    bucket = next;
    count += 1;
  }
  return count;
}

test('[C7] a burst passes, what follows at once does not, and one more passes for each half second', () => {
  expect(taken([0, 0, 0, 0, 0, 0])).toBe(4);
  expect(taken([0, 0, 0, 0, 499])).toBe(4);
  expect(taken([0, 0, 0, 0, 500, 600, 1_000])).toBe(6);
  expect(taken([0, 0, 0, 0, 60_000, 60_000, 60_000, 60_000, 60_000])).toBe(8); // it fills up to the burst, no higher
});

test('[C7] whatever comes when, no more pass than the burst and what the time has brought', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(10_000), { maxLength: 200 }),
      fc.nat(20),
      fc.nat(50),
      (gaps, burst, perSecond) => {
        let nowMs = 0;
        const moments = gaps.map((gap) => (nowMs += gap / 10));
        const spentMs = nowMs - (moments[0] ?? 0);
        expect(taken(moments, { burst, perSecond })).toBeLessThanOrEqual(
          burst + (spentMs / 1000) * perSecond + 1e-6,
        );
      },
    ),
    { seed: 2026 },
  );
});
