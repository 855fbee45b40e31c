import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

import type { Namespace } from './namespace.js';

/** A TCP port of this machine that leads to one of a host. */
export interface Forward {
  /** The port, on 127.0.0.1 of the machine. */
  readonly port: number;
  /** Takes no more connections. */
  close(): void;
}

/** Listens here, and joins each connection with a new one to that port of the namespace's loopback device. */
export async function forward(namespace: Namespace, port: number): Promise<Forward> {
  const server = createServer((socket) => {
    const relay = namespace.run(namespace.engine.program, ['relay', String(port)], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // A connection that breaks at one end ends at the other; there is nobody else to tell.
    const ended = () => {
      socket.destroy();
      relay.kill();
    };
    if (relay.stdin) pipeline(socket, relay.stdin, () => undefined);
    if (relay.stdout) pipeline(relay.stdout, socket, ended);
    relay.on('close', ended);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Waiting for connections alone does not keep this process alive.
  server.unref();
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
