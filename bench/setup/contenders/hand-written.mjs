// What a good engineer writes by hand where nothing has to be proven: one offer, one answer, candidates as they come.
const ADDRESS = 'publisher';
let subscribers = 0;

/** Sends a camera to everybody who offers to receive it. */
export async function publish({ relay }, camera) {
  const peers = new Map();
  const socket = await open(relay + ADDRESS, async ({ from, description, candidate, bye }) => {
    if (description) {
      const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
      peers.set(from, pc);
      pc.onicecandidate = (event) =>
        event.candidate && send(socket, { to: from, candidate: event.candidate });
      for (const track of camera.getTracks()) pc.addTrack(track, camera);
      await pc.setRemoteDescription(description);
      await pc.setLocalDescription();
      send(socket, { to: from, description: pc.localDescription });
    } else if (candidate) {
      await peers.get(from)?.addIceCandidate(candidate);
    } else if (bye) {
      peers.get(from)?.close();
      peers.delete(from);
    }
  });
  return {
    address: ADDRESS,
    async becomeIdle() {
      for (const pc of peers.values()) pc.close();
      peers.clear();
    },
  };
}

/** A subscriber with an open socket. */
export async function subscribe({ relay }) {
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const socket = await open(`${relay}subscriber-${++subscribers}`, async ({ description, candidate }) => {
    if (description) await pc.setRemoteDescription(description);
    else if (candidate) await pc.addIceCandidate(candidate);
  });
  return {
    async play(address, video) {
      pc.onicecandidate = ({ candidate }) => candidate && send(socket, { to: address, candidate });
      pc.ontrack = ({ streams: [stream] }) => {
        video.srcObject = stream;
      };
      pc.createDataChannel('messages');
      pc.addTransceiver('audio', { direction: 'recvonly' });
      pc.addTransceiver('video', { direction: 'recvonly' });
      await pc.setLocalDescription();
      send(socket, { to: address, description: pc.localDescription });
    },
    async close() {
      send(socket, { to: ADDRESS, bye: true });
      pc.close();
      socket.close();
    },
  };
}

function open(url, onMessage) {
  const socket = new WebSocket(url);
  socket.onmessage = ({ data }) => onMessage(JSON.parse(data));
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error(`no relay at ${url}`));
  });
}

function send(socket, message) {
  socket.send(JSON.stringify(message));
}
