// What a careful engineer writes by hand: two channels on one RTCPeerConnection, and never much in the browser's buffer.
import { makeRoom } from '../back-pressure.mjs';
import { readFile } from '../file.mjs';

const ADDRESS = 'sender';
/** The largest message that every browser takes whole. */
const FRAME_BYTES = 16 * 1024;
let receivers = 0;

/** The sending end: it answers whoever offers. */
export async function publish({ relay }) {
  const { promise: subscribed, resolve: onSubscribed } = Promise.withResolvers();
  const pc = new RTCPeerConnection();
  const { file, chat } = openChannels(pc, onSubscribed);
  const socket = await open(relay + ADDRESS, async ({ from, description, candidate }) => {
    if (candidate) return pc.addIceCandidate(candidate);
    pc.onicecandidate = (event) => event.candidate && say(socket, { to: from, candidate: event.candidate });
    await pc.setRemoteDescription(description);
    await pc.setLocalDescription();
    say(socket, { to: from, description: pc.localDescription });
  });
  return {
    address: ADDRESS,
    subscribed,
    send(bytes) {
      chat.send(bytes);
      return makeRoom(chat);
    },
    async sendFile(blob, signal) {
      file.send(String(blob.size));
      for await (const bytes of readFile(blob))
        for (let at = 0; at < bytes.byteLength; at += FRAME_BYTES) {
          if (signal?.aborted) return;
          file.send(new Uint8Array(bytes, at, Math.min(FRAME_BYTES, bytes.byteLength - at)));
          await makeRoom(file);
        }
    },
    close: () => close(pc, socket),
  };
}

/** The receiving end: a file goes into the sink that it asks for, a message to a function. */
export async function subscribe({ relay }, address, { openSink, onMessage }) {
  const { promise: opened, resolve: onOpen } = Promise.withResolvers();
  const pc = new RTCPeerConnection();
  const { file, chat } = openChannels(pc, onOpen);
  chat.onmessage = ({ data }) => onMessage(new Uint8Array(data));
  let writer;
  let left = 0;
  file.onmessage = ({ data }) => {
    if (typeof data === 'string') {
      writer = openSink().getWriter();
      left = Number(data);
      return;
    }
    left -= data.byteLength;
    void writer.write(new Uint8Array(data));
    if (left === 0) void writer.close();
  };
  const socket = await open(`${relay}receiver-${++receivers}`, ({ description, candidate }) =>
    candidate ? pc.addIceCandidate(candidate) : pc.setRemoteDescription(description),
  );
  pc.onicecandidate = ({ candidate }) => candidate && say(socket, { to: address, candidate });
  await pc.setLocalDescription();
  say(socket, { to: address, description: pc.localDescription });
  await opened;
  return { close: () => close(pc, socket) };
}

function openChannels(pc, onOpen) {
  const channels = ['file', 'chat'].map((label, id) => pc.createDataChannel(label, { negotiated: true, id }));
  const whenOpen = channels.map((channel) => {
    channel.binaryType = 'arraybuffer';
    return new Promise((resolve) => (channel.onopen = resolve));
  });
  void Promise.all(whenOpen).then(onOpen);
  const [file, chat] = channels;
  return { file, chat };
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

function close(pc, socket) {
  pc.close();
  socket.close();
}
