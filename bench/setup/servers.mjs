// @ts-check
import { once } from 'node:events';

import { createRendezvous } from '@conclave/rendezvous';
import { PeerServer } from 'peer';
import { WebSocketServer } from 'ws';

const HOST = '127.0.0.1';

/** The signalling server of each contender, on loopback. */
export async function startServers() {
  const rendezvous = await createRendezvous({ port: 0, host: HOST });
  const relay = await startRelay();
  const peerServer = await startPeerServer();
  return {
    urls: { rendezvous: rendezvous.url, relay: relay.url, peerServer: peerServer.url },
    async close() {
      await rendezvous.close();
      relay.close();
      peerServer.close();
    },
  };
}

/** The least that signalling needs: `{ to, ...message }` goes to the socket of that name as `{ from, ...message }`. */
async function startRelay() {
  const server = new WebSocketServer({ host: HOST, port: 0 });
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
    url: `ws://${HOST}:${port}/`,
    close() {
      for (const socket of sockets.values()) socket.terminate();
      server.close();
    },
  };
}

/** @returns {Promise<{ url: string, close(): void }>} */
function startPeerServer() {
  return new Promise((resolve) => {
    PeerServer({ host: HOST, port: 0, path: '/' }, (server) => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({
        url: `http://${HOST}:${port}/`,
        close() {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}
