// How a file that never ends leaves, for those who send it by hand.

/** As little of it as leaves the browser's own queue never empty, and what is usual: half a MiB to one. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;
/** The largest message that every browser takes whole. */
const MESSAGE_BYTES = 16 * 1024;
/** Fits in one packet. */
const PACED_BYTES = 1100;
const PACED_BUFFER_BYTES = 2 * PACED_BYTES;
const TICK_MS = 20;

/**
 * Keeps a channel full: `send` is called with each piece. Answers what ends it.
 *
 * @param {RTCDataChannel} channel
 * @param {(piece: Uint8Array) => void} send
 */
export function keepFull(channel, send = (piece) => channel.send(piece), bytes = MESSAGE_BYTES) {
  const piece = crypto.getRandomValues(new Uint8Array(bytes));
  const fill = () => {
    while (channel.readyState === 'open' && channel.bufferedAmount + bytes <= HIGH_WATER_BYTES) send(piece);
  };
  channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
  channel.addEventListener('bufferedamountlow', fill);
  fill();
  return () => channel.removeEventListener('bufferedamountlow', fill);
}

/**
 * Sends at a fixed rate, by a token bucket. Answers what ends it.
 *
 * @param {RTCDataChannel} channel
 * @param {number} rateBps
 */
export function keepRate(channel, rateBps) {
  const piece = crypto.getRandomValues(new Uint8Array(PACED_BYTES));
  const bytesPerMs = rateBps / 8000;
  const most = Math.max(2 * PACED_BYTES, 3 * TICK_MS * bytesPerMs);
  let tokens = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const ms = performance.now();
    tokens = Math.min(tokens + (ms - lastMs) * bytesPerMs, most);
    lastMs = ms;
    while (tokens >= PACED_BYTES && channel.bufferedAmount + PACED_BYTES <= PACED_BUFFER_BYTES) {
      channel.send(piece);
      tokens -= PACED_BYTES;
    }
  }, TICK_MS);
  return () => clearInterval(timer);
}
