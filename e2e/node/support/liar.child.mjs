// Mallory with a WebRTC of her own, in a process: answers one offer honestly, then lies in the proof as she is told.
import {
  commitment,
  decodeControlFrame,
  encodeControlFrame,
  encodeBatch,
  encodeDataFrame,
  encodeValue,
  LANES,
  linkId,
  linkTranscript,
  proofBytes,
  sign,
} from '@conclave/protocol';
import wrtc from '@roamhq/wrtc';

import { Mallory, randomBytes } from './mallory.mjs';

const { subtle } = globalThis.crypto;

/** @typedef {{ send: (lane: string, bytes: Uint8Array) => void, proof: { t: 'proof', value: Uint8Array, proof: Uint8Array },
 *   farProof: Promise<Uint8Array>, mallory: Mallory, transcript: Uint8Array, request: number }} Scene */

/** What she does when the control channel opens. @type {Record<string, (scene: Scene) => unknown>} */
const LIES = {
  honest({ send, proof, request }) {
    send('control', encodeControlFrame(proof));
    send('control', encodeControlFrame({ t: 'granted', request }));
    resume(send);
    message(send, request);
  },
  nothing() {},
  'wrong value': ({ send, proof }) =>
    send('control', encodeControlFrame({ ...proof, value: randomBytes(32) })),
  async 'signature of another key'({ send, proof, transcript, mallory }) {
    const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const signer = { ...mallory.signer, privateKey: pair.privateKey };
    const forged = await sign(signer, 'link-proof', proofBytes(transcript, mallory.peerId));
    send('control', encodeControlFrame({ ...proof, proof: forged }));
  },
  async 'signature for another purpose'({ send, proof, transcript, mallory }) {
    const forged = await sign(mallory.signer, 'envelope', proofBytes(transcript, mallory.peerId));
    send('control', encodeControlFrame({ ...proof, proof: forged }));
  },
  async 'proof of another link'({ send, proof, mallory }) {
    const forged = await sign(mallory.signer, 'link-proof', proofBytes(randomBytes(32), mallory.peerId));
    send('control', encodeControlFrame({ ...proof, proof: forged }));
  },
  'reflected proof': async ({ send, farProof }) => send('control', await farProof),
  'control frames before the proof'({ send, proof, request }) {
    send('control', encodeControlFrame({ t: 'granted', request }));
    send('control', encodeControlFrame({ t: 'play', play: { request: 9, stream: 'camera' } }));
    send('control', encodeControlFrame(proof));
  },
  'messages before a proof that fails'({ send, proof, request }) {
    resume(send);
    for (let i = 0; i < 5; i += 1) message(send, request, i + 1);
    lossy(send, request);
    send('control', encodeControlFrame({ ...proof, value: randomBytes(32) }));
  },
  'messages and no proof'({ send, request }) {
    resume(send);
    for (let i = 0; i < 100; i += 1) message(send, request, i + 1);
  },
  garbage: ({ send }) => send('control', randomBytes(100)),
  'two proofs'({ send, proof }) {
    send('control', encodeControlFrame(proof));
    send('control', encodeControlFrame(proof));
  },
};

/** Her first frame of the lane: she has not heard of the far end. @param {Scene['send']} send */
function resume(send) {
  const stand = { near: randomBytes(8), far: new Uint8Array(8), counter: 0, verdicts: [] };
  send('messages', encodeDataFrame({ type: 'resume', ...stand }));
}

/** @param {Scene['send']} send @param {number} request */
function lossy(send, request) {
  const call = encodeValue(['say', ['boo']]);
  if (call.ok) send('lossy', encodeDataFrame({ type: 'lossy', request, payload: call.value }));
}

/** @param {Scene['send']} send @param {number} request @param {number} counter */
function message(send, request, counter = 1) {
  const call = encodeValue(['say', ['boo']]);
  if (call.ok) send('messages', encodeDataFrame({ type: 'message', request, counter, payload: call.value }));
}

/** @param {string} sdp */
const fingerprintOf = (sdp) =>
  (/a=fingerprint:sha-256 ([0-9A-F:]+)/i.exec(sdp)?.[1] ?? '').replaceAll(':', '').toLowerCase();

/** @param {string} url @param {string} lie */
async function perform(url, lie) {
  const mallory = await Mallory.join(url);
  const pc = new wrtc.RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  /** @type {Map<string, RTCDataChannel>} */
  const channels = new Map();
  for (const [lane, id] of Object.entries(LANES)) {
    const reliable = lane === 'lossy' ? { ordered: false, maxPacketLifeTime: 150 } : {};
    channels.set(lane, pc.createDataChannel(lane, { negotiated: true, id, ...reliable }));
  }
  const control = /** @type {RTCDataChannel} */ (channels.get('control'));
  control.binaryType = 'arraybuffer';
  const farProof = new Promise((resolve) => {
    control.onmessage = ({ data }) => {
      const frame = new Uint8Array(data);
      const decoded = decodeControlFrame(frame);
      if (decoded.ok && decoded.value.t === 'proof') resolve(frame);
      process.send?.({ heard: decoded.ok ? decoded.value.t : decoded.code });
    };
  });
  const opened = new Promise((resolve) => {
    control.onopen = resolve;
  });
  const otherLanes = Promise.all(
    [...channels.values()].map(
      (channel) => channel === control || new Promise((resolve) => channel.addEventListener('open', resolve)),
    ),
  );
  /** @type {RTCIceCandidate[]} */
  const early = [];
  let described = false;
  mallory.onEnvelope = async ({ from, message: offer }) => {
    if (offer.kind === 'candidates') {
      for (const { candidate, mid, mLineIndex } of offer.candidates) {
        await pc
          .addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: mLineIndex })
          .catch(() => undefined);
      }
    }
    if (offer.kind !== 'offer' || described) return;
    described = true;
    const session = randomBytes(16);
    const value = randomBytes(32);
    const link = await linkId(subtle, offer.session, session);
    const ownCommitment = await commitment(subtle, session, mallory.peerId, value);
    pc.onicecandidate = ({ candidate }) => candidate?.candidate && early.push(candidate);
    await pc.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    const answer = await pc.createAnswer();
    await pc.setLocalDescription(answer);
    const plays = [{ request: 1, stream: 'camera' }];
    await mallory.send(
      from,
      {
        kind: 'answer',
        session,
        offerSession: offer.session,
        commitment: ownCommitment,
        revision: 1,
        sdp: answer.sdp ?? '',
        plays,
      },
      link,
    );
    const tell = (/** @type {RTCIceCandidate} */ { candidate, sdpMid, sdpMLineIndex }) =>
      mallory.send(
        from,
        {
          kind: 'candidates',
          session,
          revision: 1,
          candidates: [{ candidate, mid: sdpMid, mLineIndex: sdpMLineIndex, ufrag: null }],
        },
        link,
      );
    pc.onicecandidate = ({ candidate }) => void (candidate?.candidate && tell(candidate));
    for (const candidate of early) await tell(candidate);
    await opened;
    await otherLanes;
    const transcript = await linkTranscript(subtle, {
      version: 1,
      link,
      ends: [
        { peerId: mallory.peerId, fingerprint: fingerprintOf(answer.sdp ?? ''), commitment: ownCommitment },
        { peerId: from, fingerprint: fingerprintOf(offer.sdp), commitment: offer.commitment },
      ],
      roomTag: new Uint8Array(0),
    });
    const proof = await sign(mallory.signer, 'link-proof', proofBytes(transcript, mallory.peerId));
    const send = (/** @type {string} */ lane, /** @type {Uint8Array} */ bytes) => {
      const channel = channels.get(lane);
      try {
        if (channel?.readyState === 'open') channel.send(lane === 'messages' ? encodeBatch([bytes]) : bytes);
      } catch {
        return; // the other end has had enough
      }
    };
    const request = offer.plays[0]?.request ?? 1;
    await LIES[lie]?.({ send, proof: { t: 'proof', value, proof }, farProof, mallory, transcript, request });
    process.send?.({ done: lie });
  };
  process.send?.({ peerId: mallory.peerId });
}

process.on('message', (/** @type {any} */ { url, lie }) => void perform(url, lie));
process.on('disconnect', () => process.exit(0));
