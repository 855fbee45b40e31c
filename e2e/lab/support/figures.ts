import { until } from '../../support/wait.js';

/** Prints what a test measured: a bound that is kept says less than the figure. */
export function report(what: string, figures: Readonly<Record<string, number>>): void {
  const text = Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  process.stderr.write(`e2e/lab: ${what}: ${text.join(', ')}\n`);
}

/** The value that a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** For how long something is measured: resolves once so many milliseconds are over. */
export async function afterMs(ms: number): Promise<void> {
  const start = performance.now();
  const isOver = () => performance.now() - start >= ms;
  await until(isOver, { within: ms + 1_000, what: `${ms} ms of measuring` });
}

/** Bits per second of figures that grow, read twice. */
export function bitrate(
  before: { readonly bytes: number; readonly atMs: number },
  after: { readonly bytes: number; readonly atMs: number },
): number {
  return ((after.bytes - before.bytes) * 8_000) / (after.atMs - before.atMs);
}
