/** The first pause: a peer that was just busy with others is free again soon. */
const FIRST_RETRY_MS = 1_000;
/** The longest pause: a peer that becomes reachable is met within half a minute. */
const MAX_RETRY_MS = 30_000;

/** How long to wait after so many failures in a row before the next attempt. */
export function retryAfterMs(failures: number): number {
  return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1));
}
