/** Which counters of one sender were seen: the highest, and those within the window behind it. */
export interface ReplayWindow {
  readonly highest: number;
  readonly seen: ReadonlySet<number>;
}

/** A window in which nothing was seen. */
export const EMPTY_WINDOW: ReplayWindow = { highest: -1, seen: new Set() };

/**
 * Takes a counter in, or answers `undefined` where it was seen before or lies behind the window. Order is not
 * demanded: envelopes may come by several paths (compare RFC 4303 section 3.4.3).
 */
export function takeCounter(window: ReplayWindow, counter: number, size: number): ReplayWindow | undefined {
  if (counter <= window.highest - size || window.seen.has(counter)) return undefined;
  const highest = Math.max(window.highest, counter);
  const seen = new Set([...window.seen, counter].filter((one) => one > highest - size));
  return { highest, seen };
}
