/** The middle of some values, the lower of two: one alone cannot raise it above the next. `undefined` of none. */
export function lowerMedian(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
