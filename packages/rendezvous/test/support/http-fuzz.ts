import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';

import fc from 'fast-check';

import { createRendezvous } from '@conclave/rendezvous';

import { newActor, RawClient } from './raw-client.js';

const UPGRADE = [
  'GET /rendezvous HTTP/1.1',
  'host: localhost',
  'connection: Upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

/** Requests and frames as clients send them, and as they should not. */
const VALID = [
  'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'HEAD /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n',
  'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  'PUT /x HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\nabc',
  'CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n',
  UPGRADE,
  UPGRADE.replace('/rendezvous', '/elsewhere?x=%00'),
  UPGRADE.replace('dGhlIHNhbXBsZSBub25jZQ==', 'AA'),
  UPGRADE.replace('13', '12'),
  UPGRADE.replace('\r\n\r\n', '\r\norigin: null\r\nsec-websocket-extensions: permessage-deflate\r\nsec-websocket-protocol: a\r\n\r\n'),
].map((text) => Buffer.from(text, 'latin1')); // prettier-ignore

/** Frames of a WebSocket (RFC 6455), masked with zeros: binary, text, ping, close, too long, reserved, not masked, in parts. */
const FRAMES = [
  '828400000000deadbeef', '81820000000068690d0a', '898000000000', '88820000000003e8', '82ff000000000fffffff00000000', '82fe7fff00000000',
  'c28100000000ff', '828100', '0281000000008180810000000000', '8b8000000000', '82810000000090', '828a0000000081a174a8636f6e7374', '88830000000003e8ff',
].map((hex) => Buffer.from(hex, 'hex')); // prettier-ignore

const CLAIMS = ['\r\n', '\n', '\0', ' ', ':', 'content-length: 99999999999999999999\r\n', 'content-length: -1\r\n', 'upgrade: websocket\r\n', 'x'.repeat(2_000), '%', '\xff\xfe', 'HTTP/1.1', 'HTTP/9.9'].map(
  (text) => Buffer.from(text, 'latin1'),
); // prettier-ignore

const edit = fc.tuple(fc.nat(5), fc.nat(0xffff), fc.nat(0xff), fc.nat(0xff));
const input = fc.tuple(fc.boolean(), fc.nat(0xff), fc.array(edit, { maxLength: 4, size: 'max' }));

/** Bytes for a connection, and whether it is to be an open WebSocket before they come. */
interface Input {
  readonly upgraded: boolean;
  readonly bytes: Buffer;
}

const inputs = input.map(([upgraded, pick, list]): Input => {
  const valid = upgraded ? FRAMES : VALID;
  const start = valid[pick % valid.length] as Buffer;
  const bytes = list.reduce((now, [kind, at, to, value]) => {
    const from = now.length ? at % now.length : 0;
    switch (kind) {
      case 0:
        return Buffer.concat([now.subarray(0, from), Buffer.of(value), now.subarray(from + 1)]);
      case 1:
        return now.subarray(0, from);
      case 2:
        return Buffer.concat([now.subarray(0, from), now.subarray(from + (to % 16))]);
      case 3:
        return Buffer.concat([
          now.subarray(0, from),
          CLAIMS[value % CLAIMS.length] as Buffer,
          now.subarray(from),
        ]);
      case 4:
        return Buffer.concat([now, valid[value % valid.length] as Buffer]);
      default:
        return Buffer.concat([now.subarray(0, from + (to % 16)), now.subarray(from)]);
    }
  }, start);
  return { upgraded, bytes };
});

/** Turns of the event loop that the server, which is in this process, may take to read what was written. */
const MAX_TURNS = 100;
/** Inputs after which a connection that still stands is given up: half a request would swallow what follows. */
const INPUTS_PER_CONNECTION = 16;
const CONNECTIONS = 4;
/** Inputs after which it is seen whether the server still serves. */
const CHECK_EVERY = 5_000;

/**
 * Writes raw bytes to a rendezvous on loopback: requests, upgrades, and frames on open sockets, over connections that
 * are kept for as long as the server keeps them. Rejects where anything was thrown that nobody caught, or where the
 * server does not serve afterwards. `closed` counts the connections that the server has ended.
 */
export async function fuzzHttp(runs: number, seed: number): Promise<{ sent: number; closed: number }> {
  const server = createServer((_request, response) => response.writeHead(426).end());
  /** The server's ends of connections, by the ports of the clients. */
  const ends = new Map<number | undefined, Socket>();
  server.on('connection', (end) => {
    ends.set(end.remotePort, end);
    end.once('close', () => ends.delete(end.remotePort));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const house = await createRendezvous({
    server,
    path: '/rendezvous',
    limits: { connectsPerSecond: 1e9, connectBurst: 1e9, clientsPerAddress: 1e9 },
  });
  const thrown: unknown[] = [];
  const caught = (error: unknown) => thrown.push(error);
  process.on('uncaughtException', caught);
  process.on('unhandledRejection', caught);
  const seen = { sent: 0, closed: 0 };
  const next = fc.sample(fc.nat(0x7fff_ffff), { seed, numRuns: Math.ceil(runs / CHECK_EVERY) });
  try {
    for (const [round, roundSeed] of next.entries()) {
      const batch = fc.sample(inputs, {
        seed: roundSeed,
        numRuns: Math.min(CHECK_EVERY, runs - round * CHECK_EVERY),
      });
      const lanes = Array.from({ length: CONNECTIONS }, (_, lane) =>
        batch.filter((_one, i) => i % CONNECTIONS === lane),
      );
      await Promise.all(lanes.map((lane) => writeAll(house.port, lane, seen, (port) => ends.get(port))));
      await stillServes(house.url, house.port);
      if (thrown.length > 0)
        throw new Error(`uncaught in round ${round} of seed ${seed}`, { cause: thrown[0] });
    }
  } finally {
    process.off('uncaughtException', caught);
    process.off('unhandledRejection', caught);
    await house.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve)); // hangs where a socket was forgotten
  }
  return seen;
}

async function writeAll(
  port: number,
  list: readonly Input[],
  seen: { sent: number; closed: number },
  farEnd: (port: number | undefined) => Socket | undefined,
): Promise<void> {
  let socket: Socket | undefined;
  let isUpgraded = false;
  let left = 0;
  const write = async (near: Socket, bytes: Buffer | string) => {
    near.write(bytes);
    for (let turns = 0; turns < MAX_TURNS && !near.destroyed; turns++) {
      await turn();
      const far = farEnd(near.localPort);
      if (far && (far.bytesRead >= near.bytesWritten || far.destroyed)) break;
    }
    await turn(); // for the answer
  };
  for (const { upgraded, bytes } of list) {
    if (!socket || socket.destroyed || left === 0 || isUpgraded !== upgraded) {
      socket?.destroy();
      socket = await open(port, seen);
      if (upgraded) await write(socket, UPGRADE);
      isUpgraded = upgraded;
      left = INPUTS_PER_CONNECTION;
    }
    await write(socket, bytes);
    seen.sent += 1;
    left -= 1;
  }
  socket?.destroy();
}

async function open(port: number, seen: { closed: number }): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.on('end', () => {
    seen.closed += 1;
    socket.destroy();
  });
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

async function stillServes(url: string, port: number): Promise<void> {
  const { status } = await fetch(`http://127.0.0.1:${port}/`);
  if (status !== 426) throw new Error(`a page was answered with ${status}`);
  const client = await RawClient.register(url, await newActor());
  await client.ask({ t: 'join', room: 'lobby' });
  await client.leave();
}
