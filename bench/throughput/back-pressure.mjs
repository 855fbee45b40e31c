// @ts-check
// Care for `bufferedAmount`, for everybody who has to take it himself.

/** Where a sender pauses: of 64 KiB to 4 MiB the fastest here. */
const HIGH_WATER_BYTES = 128 * 1024;
/** Where it goes on: half of it, so that it is woken in time and not for every message. */
const LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;

/**
 * Lets a sender go on as long as little waits in the browser: answers undefined where there is room, else a promise,
 * which rejects where the channel closes meanwhile.
 *
 * @param {RTCDataChannel} channel
 */
export function makeRoom(channel) {
  if (channel.bufferedAmount < HIGH_WATER_BYTES) return undefined;
  channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const hear = (/** @type {string} */ event, /** @type {() => void} */ act) =>
      channel.addEventListener(event, () => (over.abort(), act()), { signal: over.signal });
    hear('bufferedamountlow', () => resolve(undefined));
    hear('close', () => reject(new Error(`the channel ${channel.label} closed`)));
  });
}
