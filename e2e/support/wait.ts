import { inspect } from 'node:util';

/** How often a condition is looked at: a round trip to a page costs about 5 ms. */
const POLL_MS = 50;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What is waited for, and for how long at most. */
export interface Wait {
  /** Milliseconds: the time that the row allows. */
  readonly within: number;
  /** What should come, as the message says it when it does not. */
  readonly what: string;
}

/**
 * Waits until a condition gives something true and returns that. Rejects when the time is over, with what it gave last;
 * a condition that throws is not true yet.
 */
export async function until<T>(condition: () => T | Promise<T>, { within, what }: Wait): Promise<T> {
  const start = performance.now();
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() - start > within) {
      throw new Error(`not within ${within / 1000} s: ${what}; last: ${inspect(last, { depth: 6 })}`);
    }
    await pause(POLL_MS);
  }
}

/** Checks again and again, for as long as a row says, that something stays so: rejects as soon as a check throws. */
export async function throughout(forMs: number, check: () => void | Promise<void>): Promise<void> {
  const end = performance.now() + forMs;
  do {
    await check();
    await pause(5 * POLL_MS);
  } while (performance.now() < end);
  await check();
}

/**
 * Waits until a figure stands still: its last change must have come within so many milliseconds from now, and it must
 * then stay for `forMs`. Rejects as soon as it changes later.
 */
export async function standsStill(
  read: () => number | Promise<number>,
  { within, what, forMs }: Wait & { readonly forMs: number },
): Promise<void> {
  const start = performance.now();
  let value = await read();
  let changedAt = start;
  while (performance.now() - changedAt < forMs || performance.now() - start < within) {
    await pause(POLL_MS);
    const asked = performance.now();
    const now = await read();
    if (now === value) continue;
    if (asked - start > within)
      throw new Error(`still changing after ${within / 1000} s: ${what}: ${value}, then ${now}`);
    value = now;
    changedAt = asked;
  }
}
