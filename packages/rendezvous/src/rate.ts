/** A token bucket: a rate in the long run, a burst at once. */
export interface Bucket {
  /** Takes `amount` and answers 0, or takes nothing and answers after how many milliseconds it will be there. */
  take(amount: number): number;
}

/** Makes a full bucket. An amount above the burst can never be taken; it is answered as if it were the burst. */
export function bucket(
  perSecond: number,
  burst: number,
  nowMs: () => number = () => performance.now(),
): Bucket {
  let level = burst;
  let filledAtMs = nowMs();
  return {
    take(amount) {
      const atMs = nowMs();
      level = Math.min(burst, level + ((atMs - filledAtMs) * perSecond) / 1000);
      filledAtMs = atMs;
      if (amount <= level) {
        level -= amount;
        return 0;
      }
      return Math.ceil(((Math.min(amount, burst) - level) * 1000) / perSecond) || 1;
    },
  };
}
