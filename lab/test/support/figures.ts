/** Prints what a test measured: a bound that is kept says less than the figure. */
export function report(what: string, figures: Readonly<Record<string, number>>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toFixed(2))}`);
  process.stderr.write(`lab: ${what}: ${text.join(', ')}\n`);
}

/** The value that a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}
