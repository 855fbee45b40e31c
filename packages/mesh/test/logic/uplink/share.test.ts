import fc from 'fast-check';

import { shareAt, shareOut } from '../../../src/logic/uplink/share.js';

const claim = fc
  .record({
    weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
    least: fc.nat(1_000),
    more: fc.nat(1_000),
  })
  .map(({ weight, least, more }) => ({ weight, least, most: least + more }));

describe('a budget shared max-min by weight', () => {
  it('[E1] is used up unless nobody can use more, and who could use more has no less per weight than others', () => {
    fc.assert(
      fc.property(
        fc.array(claim, { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (claims, part) => {
          const least = claims.reduce((sum, one) => sum + one.least, 0);
          const most = claims.reduce((sum, one) => sum + one.most, 0);
          const budget = least + part * (most - least);
          const level = shareOut(claims)(budget);
          const shares = claims.map((one) => shareAt(one, level));
          expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(budget, 3);
          claims.forEach((one, index) => {
            const got = shares[index]!;
            if (got < one.most - 1e-6) expect(got / one.weight).toBeGreaterThanOrEqual(level - 1e-6);
            if (got > one.least + 1e-6) expect(got / one.weight).toBeLessThanOrEqual(level + 1e-6);
          });
        },
      ),
    );
  });
});
