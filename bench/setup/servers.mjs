// @ts-check
import { once } from 'node:events';

import { createRendezvous } from '@conclave/rendezvous';
import { PeerServer } from 'peer';
import { WebSocketServer } from 'ws';

const HOST = '127.0.0.1';

/** The signalling server of each contender, on loopback where no other address is named. */
export async function startServers(host = HOST) {
  const rendezvous = await createRendezvous({ port: 0, host });
  const relay = await startRelay(host);
  const peerServer = await startPeerServer(host);
  return {
    urls: { rendezvous: rendezvous.url, relay: relay.url, peerServer: peerServer.url },
    async close() {
      await rendezvous.close();
      relay.close();
      peerServer.close();
    },
  };
}

/**
 * The least that signalling needs: `{ to, ...message }` goes to the socket of that name as `{ from, ...message }`.
 *
 * @param {string} host
 */
async function startRelay(host) {
  const server = new WebSocketServer({ host, port: 0 });
  /** @type {Map<string, import('ws').WebSocket>} */
  const sockets = new Map();
  server.on('connection', (socket, request) => {
    const from = request.url?.slice(1) ?? '';
    sockets.set(from, socket);
    socket.on('message', (data) => {
      const { to, ...message } = JSON.parse(data.toString());
      sockets.get(to)?.send(JSON.stringify({ from, ...message }));
    });
    socket.on('close', () => sockets.delete(from));
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `ws://${host}:${port}/`,
    close() {
      for (const socket of sockets.values()) socket.terminate();
      server.close();
    },
  };
}

/**
 * @param {string} host
 * @returns {Promise<{ url: string, close(): void }>}
 */
function startPeerServer(host) {
  return new Promise((resolve) => {
    PeerServer({ host, port: 0, path: '/' }, (server) => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({
        url: `http://${host}:${port}/`,
        close() {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}
