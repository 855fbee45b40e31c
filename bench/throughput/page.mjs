// Runs in the browser, as the sending or the receiving end of one contender after the other.
import * as conclave from './contenders/conclave.mjs';
import * as handWritten from './contenders/hand-written.mjs';
import * as peerjs from './contenders/peerjs.mjs';
import { hashFile, hashingSink } from './digest.mjs';
import { discardingSink, makeFile } from './file.mjs';

/** A line of chat. */
const MESSAGE_BYTES = 120;

const contenders = { handWritten, conclave, peerjs };
const sinks = { discarding: discardingSink, hashing: hashingSink };
/** One clock for all pages of a browser: each counts from its own origin, which is on the machine's clock. */
const nowMs = () => performance.timeOrigin + performance.now();

let end;
let file;
let sink;
let messages;
let arrived;

globalThis.bench = {
  /** Becomes the sending end; answers where it can be found. */
  async publish(name, urls) {
    end = await contenders[name].publish(urls);
    return end.address;
  },
  /** Becomes the receiving end; resolves when everything is open. */
  async subscribe(name, urls, address) {
    end = await contenders[name].subscribe(urls, address, { openSink: () => sink.stream, onMessage });
  },
  /** Resolves once the sending end may send. */
  subscribed: async () => void (await end.subscribed),
  close: async () => void (await end.close()),

  /** Gets a file ready. */
  prepareFile: (size) => void (file = makeFile(size)),
  hashFile: () => hashFile(file),
  /** Sends it; answers when it began. */
  async sendFile() {
    const startedAtMs = nowMs();
    await end.sendFile(file);
    return startedAtMs;
  },
  /** Gets ready for a file, whose bytes are discarded, or hashed on top. */
  expectFile(size, kind) {
    sink = sinks[kind]();
    arrived = sink.closed.then(({ bytes, hash }) => {
      if (bytes !== size) throw new Error(`${bytes} bytes of ${size} came`);
      return { atMs: nowMs(), hash };
    });
    arrived.catch(() => undefined); // it is asked for later
  },

  /** Sends messages, each when the contender says that it is time; answers when it began. */
  async sendMessages(count) {
    const bytes = crypto.getRandomValues(new Uint8Array(MESSAGE_BYTES));
    const counter = new DataView(bytes.buffer);
    const startedAtMs = nowMs();
    for (let sent = 0; sent < count; sent++) {
      counter.setUint32(0, sent);
      const full = end.send(bytes);
      if (full) await full;
    }
    return startedAtMs;
  },
  /** Gets ready for so many messages. */
  expectMessages(count) {
    const { promise, resolve, reject } = Promise.withResolvers();
    messages = { got: 0, count, resolve, reject };
    arrived = promise;
    arrived.catch(() => undefined); // it is asked for later
  },

  /** Resolves once what was expected has come, all of it and in order, with the time. */
  arrived: () => arrived,
};

function onMessage(bytes) {
  const counter = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (counter !== messages.got || bytes.byteLength !== MESSAGE_BYTES)
    messages.reject(new Error(`${counter}, ${bytes.byteLength} bytes, in the place of ${messages.got}`));
  messages.got += 1;
  if (messages.got === messages.count) messages.resolve({ atMs: nowMs() });
}
