import {
  decodeServerMessage,
  encodeServerMessage,
  HEARTBEAT_INTERVAL_MS,
  type IceServer,
} from '@conclave/protocol';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';

import { doorkeeper, remoteAddress } from './addresses.js';
import type { Exchange } from './exchange.js';
import { memoryExchange } from './exchange-memory.js';
import { keyDoor } from './key-door.js';
import { openKeys, type Keys } from './keys.js';
import { DEFAULT_LIMITS, MAX_SOCKET_MESSAGE_BYTES, type Limits } from './limits.js';
import { ownOrigins } from './origins.js';
import { openSession, type Session, type SessionContext } from './session.js';
import { wireOf } from './wire.js';

/** What a rendezvous may be told. */
export interface RendezvousOptions {
  /** Port to listen on; 0, the default, takes any that is free. Not used with `server`. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`: this machine only. Not used with `server`. */
  readonly host?: string;
  /** An HTTP server of yours to attach to; it stays yours, and is not closed. */
  readonly server?: Server;
  /** Path of the socket. Default: any path, or `/rendezvous` on a server of yours. */
  readonly path?: string;
  /**
   * The origins under which clients dial this rendezvous, as `https://calls.example` for `wss://calls.example/x`:
   * needed behind a proxy. A registration made for another origin is refused. Default: loopback names and the
   * addresses that are listened on, with the port.
   */
  readonly publicOrigins?: readonly string[];
  /**
   * The key IDs that are let in (open mode, without TURN), or a source of keys: `keysFromFile`, `openKeys`, or one of
   * yours. Default `['demo']`.
   */
  readonly keys?: readonly string[] | Keys;
  /**
   * ICE servers that clients are told of: `stun:`, `turn:`, `turns:` URLs, at most 8; TURN only those whose key or token
   * allows it. Default none.
   */
  readonly iceServers?: readonly IceServer[];
  /** Limits that differ from {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** How often clients are asked for a sign of life. Default 15,000; who is silent for two of them is evicted. */
  readonly heartbeatMs?: number;
  /** The state that the nodes of one rendezvous share. Default: in the memory of this process. */
  readonly exchange?: Exchange;
  /** The address that a request comes from, for the limits by address. Behind a proxy: read its header here. */
  readonly addressOf?: (request: IncomingMessage) => string;
  /** Told of refusals and failures. Default: nobody. */
  readonly log?: SessionContext['log'];
}

/** A rendezvous that takes clients. */
export interface Rendezvous {
  /** Where clients on this machine dial it. */
  readonly url: string;
  /** The port that it listens on. */
  readonly port: number;
  /** Sockets that are open now. */
  readonly sockets: number;
  /** Tells every client to come back later, closes all sockets and stops listening. */
  close(): Promise<void>;
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };

/**
 * Starts a rendezvous. Rejects where it cannot listen: Node's `EADDRINUSE` says that the port is taken.
 *
 * @example
 * const rendezvous = await createRendezvous({ port: 8787, keys: ['demo'] });
 */
export async function createRendezvous(options: RendezvousOptions = {}): Promise<Rendezvous> {
  const { log = () => {}, host = '127.0.0.1', iceServers = [], addressOf = remoteAddress } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const server = options.server ?? createServer(answerPlainHttp);
  const path = options.path ?? (options.server ? '/rendezvous' : undefined);
  const exchange = options.exchange ?? memoryExchange({ ...limits, clients: 2 * limits.clients });
  const keys = options.keys ?? ['demo'];
  const publicOrigins =
    options.publicOrigins && new Set(options.publicOrigins.map((text) => new URL(text).origin));
  let own: ReadonlySet<string> | undefined;
  const context: SessionContext = {
    exchange,
    limits,
    iceServers,
    heartbeatMs: options.heartbeatMs ?? HEARTBEAT_INTERVAL_MS,
    keys: 'entryOf' in keys ? keys : openKeys(keys),
    keyDoor: keyDoor(limits),
    isOwnOrigin(origin) {
      own ??= publicOrigins ?? ownOrigins(addressOfServer(server), options.server ? undefined : host);
      return own.has(origin);
    },
    log,
  };
  assertTellable(context);
  const door = doorkeeper(limits);
  const sessions = new Map<WebSocket, Session>();
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false, // envelopes do not compress, and each deflate context costs 300 KiB
    maxPayload: MAX_SOCKET_MESSAGE_BYTES,
    clientTracking: false,
  });

  const accept = (socket: WebSocket, request: IncomingMessage) => {
    socket.on('error', () => socket.terminate()); // a broken frame: the close event says the rest
    const wire = wireOf(socket, limits.socketBufferBytes);
    const admitted = door.admit(addressOf(request));
    if (!('leave' in admitted)) {
      wire.refuse(admitted.code, admitted.retryAfterMs);
      return;
    }
    const session = openSession(context, wire, request.headers.origin);
    sessions.set(socket, session);
    socket.on('message', (data, isBinary) => session.receive(isBinary ? bytesOf(data) : undefined));
    socket.on('close', (code) => {
      admitted.leave();
      sessions.delete(socket);
      session.socketClosed(code);
    });
  };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (path === undefined || request.url?.split('?')[0] === path) {
      sockets.handleUpgrade(request, socket, head, accept);
    } else if (server.listenerCount('upgrade') === 1) {
      notHere(socket); // on a server of yours, whoever else listens may know the path
    }
  };

  if (!options.server) await listen(server, options.port ?? 0, host);
  server.on('upgrade', upgrade);
  const forgetKeys = context.keys.onChange?.(() => {
    for (const session of sessions.values()) session.keysChanged();
  });

  let closed: Promise<void> | undefined;
  const close = async () => {
    server.off('upgrade', upgrade);
    forgetKeys?.();
    const stopped = options.server
      ? undefined
      : new Promise<void>((resolve) => server.close(() => resolve()));
    if (!options.server) server.closeAllConnections(); // plain HTTP; sockets are told first
    const gone = [...sessions.keys()].map(
      (socket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    for (const session of sessions.values()) session.shutDown();
    await Promise.all([...gone, stopped]);
    await exchange.close();
  };
  const listening = options.server ? undefined : addressOfServer(server); // a server of yours may listen later
  return {
    get url() {
      return urlOf(listening ?? addressOfServer(server), path);
    },
    get port() {
      return (listening ?? addressOfServer(server)).port;
    },
    get sockets() {
      return sessions.size;
    },
    close: () => (closed ??= close()),
  };
}

/** Clients refuse a welcome that is not of the protocol's form: better to hear it at the start. */
function assertTellable({ heartbeatMs, iceServers }: SessionContext): void {
  const welcome = { t: 'registered', version: 1, resumed: false, counter: 0, heartbeatMs } as const;
  if (decodeServerMessage(encodeServerMessage({ ...welcome, iceServers: [...iceServers] })).ok) return;
  throw new TypeError(
    'iceServers takes at most 8 servers with stun:, turn: or turns: URLs; heartbeatMs 0 to 600,000.',
  );
}

/** Answers an upgrade elsewhere. Node has handed the socket over, and neither reads it nor listens for its errors. */
function notHere(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy()); // unread, it would never be seen to have closed
  socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
}

function answerPlainHttp(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { ...TEXT, upgrade: 'websocket' });
  response.end('This is a Conclave rendezvous: it speaks WebSocket.\n');
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function addressOfServer(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The HTTP server does not listen on a port.');
  return address;
}

function urlOf({ address, port }: AddressInfo, path = '/'): string {
  const name = address === '::' || address === '0.0.0.0' ? 'localhost' : address;
  return `ws://${name.includes(':') ? `[${name}]` : name}:${port}${path}`;
}

function bytesOf(data: RawData): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  const buffer = Array.isArray(data) ? Buffer.concat(data) : data;
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
