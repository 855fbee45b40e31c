import {
  decodeClientMessage,
  encodeServerMessage,
  type ClientMessage,
  type ServerMessage,
} from '@conclave/protocol';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

import { randomBytes } from '../../../src/identity/identity.js';
import { closeLater } from './actors.js';

type Welcome = Extract<ServerMessage, { t: 'registered' }>;

/** One socket at a rendezvous that says whatever a test makes it say. */
export class LiarSocket {
  readonly received: ClientMessage[] = [];
  readonly socket: WebSocket;
  /** What was asked for, as the request line says it. */
  readonly target: string | undefined;
  constructor(socket: WebSocket, target: string | undefined) {
    this.socket = socket;
    this.target = target;
    socket.on('message', (data: Buffer) => {
      const message = decodeClientMessage(new Uint8Array(data));
      if (message.ok) this.received.push(message.value);
    });
  }
  say(message: ServerMessage): void {
    this.socket.send(encodeServerMessage(message));
  }
  sayBytes(bytes: Uint8Array | string): void {
    this.socket.send(bytes);
  }
}

type Answer = (message: ClientMessage, socket: LiarSocket) => void;

/** A rendezvous that lets everybody in and leaves everything else to the test. */
export async function liar(answer: Answer = () => {}, welcome: Partial<Welcome> = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const sockets: LiarSocket[] = [];
  const listeners = new Set<() => void>();
  server.on('connection', (raw, request) => {
    const socket = new LiarSocket(raw, request.url);
    sockets.push(socket);
    raw.on('message', () => {
      const message = socket.received.at(-1);
      if (message?.t === 'register') {
        const { resumeAfter } = message;
        socket.say({
          t: 'registered',
          version: 1,
          resumed: resumeAfter !== undefined,
          counter: resumeAfter ?? 0,
          heartbeatMs: 15_000,
          iceServers: [],
          ...welcome,
        });
        for (const listener of [...listeners]) listener();
      } else if (message) {
        answer(message, socket);
      }
    });
    socket.say({ t: 'challenge', challenge: randomBytes(32) });
  });
  closeLater(async () => {
    for (const { socket } of sockets) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    sockets,
    /** The n-th socket, once it has registered. */
    registered: (n: number) =>
      new Promise<LiarSocket>((resolve) => {
        const look = () => {
          const found = sockets.filter(({ received }) => received.some(({ t }) => t === 'register'))[n - 1];
          if (found) resolve(found);
        };
        listeners.add(look);
        look();
      }),
  };
}
