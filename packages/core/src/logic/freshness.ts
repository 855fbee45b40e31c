/** How often each end says something, if only that it is there. */
export const HEARTBEAT_MS = 500;
/** Three heartbeats: two may be lost or late before the path counts as silent. */
export const FRESH_FOR_MS = 1_500;

/** Whether anything of the far end arrived lately. A data channel's `readyState` stays `open` on a dead path. */
export function isFresh(lastHeardMs: number, nowMs: number): boolean {
  return nowMs - lastHeardMs < FRESH_FOR_MS;
}
