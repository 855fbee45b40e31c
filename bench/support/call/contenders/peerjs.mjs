// PeerJS as its documentation has it, with two kindnesses: chat has a data connection of its own, so that no file is
// ahead of it, and its buffer is kept below the 8 MiB at which it begins to care itself.
import { Peer } from 'peerjs';

import { keepFull } from '../flood.mjs';

/** It cuts what is larger in two. */
const PIECE_BYTES = 16_000;

/** Joins a call: whoever comes calls everybody in `to`. What is sent has to be attached before somebody calls. */
export async function join({ peerServer }, { name, to }, onChat) {
  const { hostname, port } = new URL(peerServer);
  const peer = new Peer(name, { host: hostname, port: Number(port), path: '/', config: { iceServers: [] } });
  let sent = new MediaStream();
  const data = { chat: new Map(), file: new Map() };
  const endFlood = [];

  function use(connection) {
    const { label, peer: far } = connection;
    connection.on('open', () => data[label].set(far, connection));
    if (label === 'chat') connection.on('data', (bytes) => onChat(new Uint8Array(bytes)));
  }

  peer.on('call', (call) => call.answer(sent));
  peer.on('connection', use);
  await new Promise((resolve, reject) => {
    peer.on('open', resolve);
    peer.on('error', reject);
  });
  for (const far of to) {
    peer.call(far, sent, { constraints: { offerToReceiveAudio: true, offerToReceiveVideo: true } });
    for (const label of Object.keys(data)) use(peer.connect(far, { label, reliable: true }));
  }

  return {
    others: () => data.chat.size,
    async attach({ audio, video }) {
      sent = new MediaStream([audio, video].filter((track) => track !== null));
    },
    chat(bytes) {
      for (const connection of data.chat.values()) connection.send(bytes);
    },
    startFile() {
      for (const connection of data.file.values())
        endFlood.push(keepFull(connection.dataChannel, (piece) => void connection.send(piece), PIECE_BYTES));
    },
    stopFile() {
      for (const end of endFlood.splice(0)) end();
    },
    close: () => peer.destroy(),
  };
}
