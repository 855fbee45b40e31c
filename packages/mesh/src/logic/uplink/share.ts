/** What one of several asks of a budget; all in the same unit. */
export interface Claim {
  /** It counts in proportion to this; more than 0. */
  readonly weight: number;
  /** It gets this much in any case. */
  readonly least: number;
  /** It can use no more than this. */
  readonly most: number;
}

/**
 * Shares budgets max-min by weight between the same claims: the least of all, per weight, is as large as it can be, and
 * what one cannot use goes to the others. Returns the level for a budget, where `shareAt` says what each one gets; the
 * sum is the budget, or what all can use. O(n log n) at first, O(n log n) for each budget.
 */
export function shareOut(claims: readonly Claim[]): (budget: number) => number {
  const corners = new Float64Array(claims.length * 2);
  claims.forEach(({ weight, least, most }, index) => {
    corners[index * 2] = least / weight;
    corners[index * 2 + 1] = most / weight;
  });
  corners.sort();
  return (budget) => {
    let [low, high] = [0, corners.length]; // the sum at the corner `low` is within the budget, or there is none that is
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (sumAt(claims, corners[middle] ?? 0) <= budget) low = middle;
      else high = middle;
    }
    const corner = corners[low] ?? 0;
    const slope = slopeAt(claims, corner);
    return slope > 0 ? corner + Math.max(0, budget - sumAt(claims, corner)) / slope : corner;
  };
}

/** What one gets at this level. */
export function shareAt({ weight, least, most }: Claim, level: number): number {
  return Math.min(most, Math.max(least, weight * level));
}

function sumAt(claims: readonly Claim[], level: number): number {
  let sum = 0;
  for (const claim of claims) sum += shareAt(claim, level);
  return sum;
}

/** How fast the sum grows just above this level. */
function slopeAt(claims: readonly Claim[], level: number): number {
  let slope = 0;
  for (const { weight, least, most } of claims)
    if (least / weight <= level && level < most / weight) slope += weight;
  return slope;
}
