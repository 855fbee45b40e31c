// What a good engineer writes by hand: one RTCPeerConnection to each, a channel for files and one for chat. With
// `videoBps` and `bulkBps` it is the oracle: it was told what its uplink carries.
import { keepFull, keepRate } from '../flood.mjs';

const KINDS = ['audio', 'video'];

/** Joins a call: whoever comes offers to everybody in `to`. */
export async function join({ relay }, { name, to, videoBps, bulkBps }, onChat) {
  const peers = new Map();
  const endFlood = [];
  // Sound and picture of one stream are played in time with each other.
  const stream = new MediaStream();
  let tracks = { audio: null, video: null };

  function openPeer(far) {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const [file, chat] = ['file', 'chat'].map((label, id) => {
      const channel = pc.createDataChannel(label, { negotiated: true, id });
      channel.binaryType = 'arraybuffer';
      return channel;
    });
    chat.onmessage = ({ data }) => onChat(new Uint8Array(data));
    pc.onicecandidate = ({ candidate }) => candidate && say(socket, { to: far, candidate });
    peers.set(far, { pc, file, chat });
    return pc;
  }

  const socket = await open(relay + name, async ({ from, description, candidate }) => {
    if (description?.type === 'offer') {
      const pc = openPeer(from);
      await pc.setRemoteDescription(description);
      for (const transceiver of pc.getTransceivers()) {
        transceiver.direction = 'sendrecv';
        transceiver.sender.setStreams(stream);
      }
      await pc.setLocalDescription();
      say(socket, { to: from, description: pc.localDescription });
      await send(pc);
    } else if (description) {
      await peers.get(from).pc.setRemoteDescription(description);
      await send(peers.get(from).pc);
    } else {
      await peers.get(from)?.pc.addIceCandidate(candidate);
    }
  });

  async function send(pc) {
    for (const transceiver of pc.getTransceivers()) {
      const { sender } = transceiver;
      const { kind } = transceiver.receiver.track;
      if (sender.track === tracks[kind]) continue;
      if (kind === 'video' && videoBps !== undefined) {
        const parameters = sender.getParameters();
        const [encoding] = parameters.encodings;
        if (encoding) Object.assign(encoding, videoBps > 0 ? { maxBitrate: videoBps } : { active: false });
        await sender.setParameters(parameters);
      }
      await sender.replaceTrack(tracks[kind]);
    }
  }

  for (const far of to) {
    const pc = openPeer(far);
    for (const kind of KINDS) pc.addTransceiver(kind, { streams: [stream] });
    await pc.setLocalDescription();
    say(socket, { to: far, description: pc.localDescription });
  }

  const opened = () => [...peers.values()].filter(({ chat }) => chat.readyState === 'open');
  return {
    others: () => opened().length,
    async attach(attached) {
      tracks = attached;
      for (const { pc } of peers.values()) if (pc.localDescription && pc.remoteDescription) await send(pc);
    },
    chat(bytes) {
      for (const { chat } of opened()) chat.send(bytes);
    },
    startFile(receiver) {
      for (const [far, { file }] of peers)
        if (receiver === undefined || receiver === far)
          endFlood.push(bulkBps === undefined ? keepFull(file) : keepRate(file, bulkBps));
    },
    stopFile() {
      for (const end of endFlood.splice(0)) end();
    },
    close() {
      for (const { pc } of peers.values()) pc.close();
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

function say(socket, message) {
  socket.send(JSON.stringify(message));
}
