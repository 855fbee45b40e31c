import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { closeLater } from './actors.js';

/** A network between client and server that can be cut without a word. */
export interface Proxy {
  readonly url: string;
  readonly origin: string;
  /** Connections so far. */
  readonly accepted: number;
  target: number;
  /** Cuts every connection; new ones are refused while `down`. */
  cut(): void;
  down: boolean;
}

export async function proxy(): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((near) => {
    near.on('error', () => {});
    if (self.down) {
      near.destroy();
      return;
    }
    accepted += 1;
    const far = connect(self.target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const self: Proxy = {
    url: `ws://127.0.0.1:${port}/`,
    origin: `http://127.0.0.1:${port}`,
    get accepted() {
      return accepted;
    },
    target: 0,
    down: false,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
  closeLater(async () => {
    self.cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return self;
}
