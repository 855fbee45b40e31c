/** What is known of the frames that arrived since the last report. */
export interface Arrivals {
  /** Delays in microseconds, modulo 2^32, in the order of their coming. */
  readonly delaysUs: readonly number[];
  /** Bytes of files on this link so far. */
  readonly bytes: number;
  /** Timed frames on this link so far. */
  readonly packets: number;
}

/** Nothing has come yet. */
export const NO_ARRIVALS: Arrivals = { delaysUs: [], bytes: 0, packets: 0 };

/** A report says least and median of what came in its interval: of more frames than these the first are enough. */
const MAX_DELAYS = 64;

/** The difference of two times or delays modulo 2^32, which is taken to be less than 36 minutes either way. */
export function differenceUs(later: number, earlier: number): number {
  return (later - earlier) | 0;
}

/** A timed frame came, which was so long on its way and carried so many bytes of a file. */
export function arrived(before: Arrivals, delayUs: number, bytes: number): Arrivals {
  const { delaysUs } = before;
  return {
    delaysUs: delaysUs.length < MAX_DELAYS ? [...delaysUs, delayUs >>> 0] : delaysUs,
    bytes: before.bytes + bytes,
    packets: before.packets + 1,
  };
}

/** Least and median delay since the last report, modulo 2^32, and what is to be counted from now on; nothing where nothing came. */
export function takeDelays(
  before: Arrivals,
): { readonly minDelayUs: number; readonly medianDelayUs: number; readonly rest: Arrivals } | undefined {
  const [first] = before.delaysUs;
  if (first === undefined) return undefined;
  // They lie together however the two clocks do: counted from the first one they can be put in order.
  const relative = before.delaysUs.map((delay) => differenceUs(delay, first)).sort((a, b) => a - b);
  const at = (index: number) => (first + (relative[index] ?? 0)) >>> 0;
  const rest = { ...before, delaysUs: [] };
  return { minDelayUs: at(0), medianDelayUs: at(Math.floor(relative.length / 2)), rest };
}
