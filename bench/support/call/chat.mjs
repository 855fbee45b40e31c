// A line of chat to everybody, a few times a second. Each carries its number and the time at which it was sent.
import { nowMs } from './clock.mjs';

const MESSAGE_BYTES = 120;
const INTERVAL_MS = 200;

const sentAtMs = [];
const heard = [];
let timer;

/** Calls `send` with a new line, five times a second, until `stopChat`. */
export function startChat(send) {
  timer = setInterval(() => {
    const bytes = new Uint8Array(MESSAGE_BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, sentAtMs.length);
    view.setFloat64(4, nowMs());
    sentAtMs.push(nowMs());
    send(bytes);
  }, INTERVAL_MS);
}

export function stopChat() {
  clearInterval(timer);
}

/** Notes a line that has come. */
export function hearChat(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  heard.push({ number: view.getUint32(0), delayMs: nowMs() - view.getFloat64(4) });
}

/** What was sent, by number, and what was heard. */
export const readChat = () => ({ sentAtMs, heard, atMs: nowMs() });
