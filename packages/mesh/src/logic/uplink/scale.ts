/**
 * Factors that leave both sides of usual sources whole and even: 4:2:0 video has one colour sample for each two by two
 * pixels, and encoders crop what is odd. In ascending order.
 */
const EVEN_FACTORS = [
  1,
  9 / 8,
  6 / 5,
  5 / 4,
  4 / 3,
  3 / 2,
  5 / 3,
  2,
  9 / 4,
  5 / 2,
  8 / 3,
  3,
  10 / 3,
  4,
  5,
  16 / 3,
  6,
  8,
];

/** A picture this much smaller than need be, in each direction, is a fair price for sides that are even. */
const SLACK = 1.12;

/** How close to a whole number is whole: two divisions of doubles are never further off. */
const EPSILON = 1e-9;

/** The factor to divide a picture by, so that it is divided by `needed` at least: one that gives even sides if one is near. */
export function scaleFor(width: number, height: number, needed: number): number {
  if (needed <= 1) return 1;
  const even = EVEN_FACTORS.find(
    (factor) => factor >= needed - EPSILON && isEven(width / factor) && isEven(height / factor),
  );
  if (even !== undefined && even <= needed * SLACK) return even;
  const lines = Math.max(2, 2 * Math.floor(height / needed / 2 + EPSILON));
  return Math.max(1, height / lines);
}

function isEven(side: number): boolean {
  return Math.abs(side / 2 - Math.round(side / 2)) < EPSILON;
}
