import { Peer } from 'peerjs';

/** Answers every call with a camera. */
export async function publish({ peerServer }, camera) {
  const peer = await open(peerServer);
  const peers = new Set();
  peer.on('call', (call) => {
    peers.add(call);
    call.answer(camera);
  });
  peer.on('connection', (data) => peers.add(data));
  return {
    address: peer.id,
    async becomeIdle() {
      for (const one of peers) one.close();
      peers.clear();
    },
  };
}

/** A subscriber who is registered and calls nobody yet. */
export async function subscribe({ peerServer }) {
  const peer = await open(peerServer);
  return {
    play(address, video) {
      // The leanest call that PeerJS has: nothing of our own is sent.
      const constraints = { offerToReceiveAudio: true, offerToReceiveVideo: true };
      const call = peer.call(address, new MediaStream(), { constraints });
      call.on('stream', (stream) => {
        video.srcObject = stream;
      });
      // Messages, which everybody else here has too, take a connection of their own.
      peer.connect(address);
    },
    async close() {
      peer.destroy();
    },
  };
}

function open(url) {
  const { hostname, port } = new URL(url);
  const peer = new Peer({ host: hostname, port: Number(port), path: '/', config: { iceServers: [] } });
  return new Promise((resolve, reject) => {
    peer.on('open', () => resolve(peer));
    peer.on('error', reject);
  });
}
