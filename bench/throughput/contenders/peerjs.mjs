// PeerJS as its documentation has it, with care for the buffer of its channel, which it does not take itself below 8 MiB.
import { Peer } from 'peerjs';

import { makeRoom } from '../back-pressure.mjs';
import { readFile } from '../file.mjs';

/** The sending end: it waits to be connected to. */
export async function publish({ peerServer }) {
  const peer = await open(peerServer);
  const { promise: subscribed, resolve: onSubscribed } = Promise.withResolvers();
  let data;
  peer.on('connection', (connection) => {
    data = connection;
    data.on('open', onSubscribed);
  });
  return {
    address: peer.id,
    subscribed,
    send(bytes) {
      data.send(bytes);
      return makeRoom(data.dataChannel);
    },
    async sendFile(blob) {
      data.send({ size: blob.size });
      // It cuts and copies each of these into messages of 16 kB.
      for await (const bytes of readFile(blob)) {
        data.send(bytes);
        await makeRoom(data.dataChannel);
      }
    },
    close: () => peer.destroy(),
  };
}

/** The receiving end: a file goes into the sink that it asks for, a message to a function. */
export async function subscribe({ peerServer }, address, { openSink, onMessage }) {
  const peer = await open(peerServer);
  const connection = peer.connect(address, { reliable: true });
  let writer;
  let left = 0;
  connection.on('data', (data) => {
    if (data.size !== undefined) {
      writer = openSink().getWriter();
      left = data.size;
    } else if (left > 0) {
      left -= data.byteLength;
      void writer.write(new Uint8Array(data));
      if (left === 0) void writer.close();
    } else {
      onMessage(new Uint8Array(data));
    }
  });
  await new Promise((resolve, reject) => {
    connection.on('open', resolve);
    connection.on('error', reject);
  });
  return { close: () => peer.destroy() };
}

function open(url) {
  const { hostname, port } = new URL(url);
  const peer = new Peer({ host: hostname, port: Number(port), path: '/', config: { iceServers: [] } });
  return new Promise((resolve, reject) => {
    peer.on('open', () => resolve(peer));
    peer.on('error', reject);
  });
}
