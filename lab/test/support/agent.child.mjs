// @ts-check
// A process in a host that sends and answers what a test tells it to, over the channel to its parent.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const socket = createSocket('udp4');
/** @type {Map<number, (answer: { atMs: number, from: { address: string, port: number } }) => void>} */
const waiting = new Map();
let nextNumber = 1;

/** Our own datagrams begin so: no class of traffic does. */
const [QUESTION, ANSWER] = [0xf0, 0xf1];

socket.on('message', (bytes, from) => {
  if (bytes[0] === QUESTION) {
    // Tells the sender where it was seen to come from.
    const seen = Buffer.from(JSON.stringify({ address: from.address, port: from.port }));
    const answer = Buffer.concat([bytes.subarray(0, 5), seen]);
    answer[0] = ANSWER;
    socket.send(answer, from.port, from.address);
  } else if (bytes[0] === ANSWER) {
    const number = bytes.readUInt32BE(1);
    waiting.get(number)?.({ atMs: performance.now(), from: JSON.parse(bytes.subarray(5).toString()) });
    waiting.delete(number);
  }
});

/**
 * One question; undefined where no answer comes in time.
 *
 * @param {{ address: string, port: number, limitMs: number }} to
 */
async function ask({ address, port, limitMs }) {
  const number = nextNumber++;
  const question = Buffer.alloc(60, QUESTION);
  question.writeUInt32BE(number, 1);
  const sentMs = performance.now();
  /** @type {Promise<{ rttMs: number, from: { address: string, port: number } } | undefined>} */
  const answer = new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), limitMs);
    waiting.set(number, ({ atMs, from }) => {
      clearTimeout(timer);
      resolve({ rttMs: atMs - sentMs, from });
    });
  });
  socket.send(question, port, address);
  return answer;
}

/** @type {Record<string, (options: any) => unknown>} */
const acts = {
  /** @param {{ port: number }} options */
  listen: ({ port }) =>
    new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, '0.0.0.0', () => resolve(socket.address().port));
    }),

  ask,

  /** @param {{ address: string, port: number, limitMs: number, count: number, everyMs: number }} options */
  async askOften({ count, everyMs, ...to }) {
    const answers = [];
    for (let i = 0; i < count; i++) {
      answers.push(ask(to));
      await pause(everyMs);
    }
    return (await Promise.all(answers)).map((answer) => answer?.rttMs);
  },

  /**
   * Datagrams that begin with `head` (hexadecimal), `bytes` long on the wire, at a rate on the wire.
   *
   * @param {{ address: string, port: number, head: string, bytes: number, rateBps: number, forMs: number }} options
   */
  async send({ address, port, head, bytes, rateBps, forMs }) {
    const datagram = Buffer.alloc(bytes - 28);
    datagram.write(head, 'hex');
    const startedMs = performance.now();
    let sent = 0;
    for (let ms = 0; ms < forMs; ms = performance.now() - startedMs) {
      for (; sent < (rateBps * ms) / 8_000 / bytes; sent++) socket.send(datagram, port, address);
      await pause(1);
    }
    return sent;
  },

  /** @param {{ address: string, port: number, head: string, bytes: number }} options */
  sendOne: ({ address, port, head, bytes }) => {
    const datagram = Buffer.alloc(bytes - 28);
    datagram.write(head, 'hex');
    return new Promise((resolve) => socket.send(datagram, port, address, () => resolve(undefined)));
  },

  /** @param {{ port: number }} options */
  listenTcp: ({ port }) =>
    new Promise((resolve) => {
      createServer((connection) => connection.end('hello')).listen(port, () => resolve(undefined));
    }),

  /** @param {{ address: string, port: number, limitMs: number }} options */
  askTcp: ({ address, port, limitMs }) =>
    new Promise((resolve) => {
      const connection = connect({ host: address, port, timeout: limitMs });
      connection.on('data', (bytes) => resolve(bytes.toString()));
      connection.on('timeout', () => connection.destroy());
      connection.on('error', () => undefined);
      connection.on('close', () => resolve(undefined));
    }),
};

process.on(
  'message',
  (/** @type {{ number: number, act: string, options: unknown }} */ { number, act, options }) => {
    void Promise.resolve(acts[act]?.(options)).then(
      (value) => process.send?.({ number, value }),
      (/** @type {Error} */ error) => process.send?.({ number, error: error.message }),
    );
  },
);
process.send?.({ number: 0 });
