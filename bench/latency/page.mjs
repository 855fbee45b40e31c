// Runs in the browser, as the end that sends a file and talks, or as the one that receives and listens.
import * as conclave from '../throughput/contenders/conclave.mjs';
import * as handWritten from '../throughput/contenders/hand-written.mjs';
import { makeFile } from '../throughput/file.mjs';

/** A line of chat. */
const MESSAGE_BYTES = 120;
/** 20 a second. */
const INTERVAL_MS = 50;
/** Longer than anybody can send it while he is watched. */
const FILE_BYTES = 4 * 1024 ** 3;

const contenders = { handWritten, conclave };
/** One clock for both pages, which are on one machine: each counts from its own origin, which is on the machine's clock. */
const nowMs = () => performance.timeOrigin + performance.now();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let end;
let fileBytes = 0;
let onFirst;
let delaysMs = [];
let file;
let sending;

globalThis.bench = {
  /** Becomes the sending end; answers where it can be found. */
  async publish(name, urls) {
    file ??= makeFile(FILE_BYTES);
    end = await contenders[name].publish(urls);
    return end.address;
  },
  /** Becomes the receiving end; resolves when everything is open. */
  async subscribe(name, urls, address) {
    end = await contenders[name].subscribe(urls, address, { openSink, onMessage });
  },
  /** Resolves once the sending end may send. */
  subscribed: async () => void (await end.subscribed),
  async close() {
    sending?.abort();
    sending = undefined;
    await end.close();
  },

  /** Begins to send the file, which goes on until the end is closed. */
  startFile() {
    sending = new AbortController();
    end.sendFile(file, sending.signal).catch(() => undefined); // the link is closed under it
  },
  /** Sends as many messages, one each 50 ms, whether or not the ones before have arrived. */
  async talk(count) {
    const startMs = performance.now();
    const bytes = crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES));
    for (let sent = 0; sent < count; sent++) {
      await pause(startMs + sent * INTERVAL_MS - performance.now());
      new DataView(bytes.buffer).setFloat64(0, nowMs());
      void end.send(bytes);
    }
  },

  /** Resolves once bytes of the file arrive; what was heard until then is forgotten. */
  async fileMoves() {
    await new Promise((resolve) => (onFirst = resolve));
  },
  /** Forgets what came until now. */
  restart() {
    delaysMs = [];
    fileBytes = 0;
  },
  /** How long each message took, and how many bytes of the file have come, since `restart`. */
  heard: () => ({ delaysMs, fileBytes }),
};

function openSink() {
  return new WritableStream({
    write(chunk) {
      fileBytes += chunk.byteLength;
      onFirst?.();
    },
  });
}

function onMessage(bytes) {
  delaysMs.push(nowMs() - new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0));
}
