/** What is left of an allowance. Times are milliseconds of a monotonic clock. */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** How much may come at once, and how much in the long run. */
export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

/** Takes one token, or answers `undefined` where none is left. A bucket that is not there yet is full. */
export function takeToken(
  bucket: TokenBucket | undefined,
  { burst, perSecond }: Allowance,
  nowMs: number,
): TokenBucket | undefined {
  const { tokens, atMs } = bucket ?? { tokens: burst, atMs: nowMs };
  const filled = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond);
  return filled >= 1 ? { tokens: filled - 1, atMs: nowMs } : undefined;
}
