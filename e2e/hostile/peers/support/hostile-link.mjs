// One transport of a hostile peer, frame by frame: honest until told otherwise, and then it lies as a test says.
import {
  commitment,
  decodeBatch,
  decodeControlFrame,
  decodeDataFrame,
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

import { randomBytes } from '../../../node/support/mallory.mjs';
import { unpacked } from '../../../support/unpacked.mjs';

const { subtle } = globalThis.crypto;

/** @typedef {import('@conclave/protocol').PlayRequest} PlayRequest */
/** @typedef {import('@conclave/protocol').Lane} Lane */
/** @typedef {import('@conclave/protocol').PeerMessageOf<'offer'>} Offer */
/** @typedef {import('@conclave/protocol').PeerMessageOf<'answer'>} Answer */
/** @typedef {import('@conclave/protocol').PeerMessageOf<'candidates'>} Candidates */
/**
 * What she does otherwise than an honest end.
 *
 * @typedef {object} Lies
 * @property {PlayRequest[]} [plays] what she wants to play
 * @property {(sdp: string) => string} [own] what she makes of her description before she tells it
 * @property {(sdp: string) => string} [theirs] what she makes of the far description before her browser sees it
 * @property {(pc: RTCPeerConnection) => unknown} [prepare] what she puts on her transport before she describes it
 * @property {Uint8Array} [commitment] a commitment that is not hers
 * @property {Uint8Array} [session] a session value that is not hers
 */

/** @param {string} sdp */
const fingerprintOf = (sdp) =>
  (/a=fingerprint:sha-256 ([0-9A-F:]+)/i.exec(sdp)?.[1] ?? '').replaceAll(':', '').toLowerCase();

/** A link of a hostile peer to one far peer. */
export class HostileLink {
  pc = new wrtc.RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  session = randomBytes(16);
  value = randomBytes(32);
  /** Control frames of the far end, in their order. @type {import('@conclave/protocol').ControlFrame[]} */
  heard = [];
  /** Frames of the far end on the lane messages, in their order. @type {import('@conclave/protocol').DataFrame[]} */
  said = [];
  /** How many frames came on each lane. @type {Record<Lane, number>} */
  frames = { control: 0, messages: 0, lossy: 0, bulk: 0 };
  /** Plays that the far description named. @type {readonly PlayRequest[]} */
  farPlays = [];
  /** The far end, as its description shows it. @type {{ session: Uint8Array, commitment: Uint8Array, fingerprint: string } | undefined} */
  far;
  /** The proof as it came. @type {Promise<Uint8Array>} */
  farProof;
  /** All lanes are open. @type {Promise<void>} */
  opened;
  /** The far end has closed the link. */
  isOver = false;
  /** The counter of the last message that she has sent. */
  counter = 0;
  /** The name of her life in the conversation with the far end. */
  near = randomBytes(8);
  /** What she does with each message of the far end. @type {(frame: import('@conclave/protocol').MessageFrame) => unknown} */
  onMessage = () => {};
  /** What she does with each frame of the lane bulk. @type {(frame: import('@conclave/protocol').BulkFrame | import('@conclave/protocol').SealFrame) => unknown} */
  onBulk = () => {};
  revision = 1;
  /** @type {import('./identities.mjs').Hostile} */ #self;
  /** @type {Map<Lane, RTCDataChannel>} */ #channels = new Map();

  /** @param {import('./identities.mjs').Hostile} self @param {string} farId */
  constructor(self, farId) {
    this.#self = self;
    this.farId = farId;
    for (const [lane, id] of /** @type {[Lane, number][]} */ (Object.entries(LANES))) {
      const reliable = lane === 'lossy' ? { ordered: false, maxPacketLifeTime: 150 } : {};
      const channel = this.pc.createDataChannel(lane, { negotiated: true, id, ...reliable });
      channel.binaryType = 'arraybuffer';
      this.#channels.set(lane, channel);
    }
    const channels = [...this.#channels.values()];
    this.opened = Promise.all(
      channels.map((channel) => new Promise((resolve) => channel.addEventListener('open', resolve))),
    ).then(() => undefined);
    this.farProof = new Promise((resolve) => {
      for (const [lane, channel] of this.#channels) {
        channel.onmessage = ({ data }) => {
          this.frames[lane] += 1;
          const bytes = new Uint8Array(data);
          if (lane !== 'control') {
            const batch = decodeBatch(bytes);
            for (const one of lane === 'messages' && batch.ok ? batch.value : [bytes]) this.#take(lane, one);
            return;
          }
          const frame = decodeControlFrame(bytes);
          if (frame.ok) this.heard.push(unpacked(frame.value));
          if (frame.ok && frame.value.t === 'proof') resolve(bytes);
        };
      }
    });
    for (const channel of channels) {
      channel.onclose = () => {
        this.isOver = true;
      };
    }
  }

  /** Who she is on it. */
  get nearId() {
    return this.#self.peerId;
  }

  /** Opens a link; resolves when the far end has answered. @param {Lies} [lies] */
  async offer(lies = {}) {
    const { plays = [] } = lies;
    await lies.prepare?.(this.pc);
    await this.pc.setLocalDescription(await this.pc.createOffer());
    const head = { ...(await this.#pledge(lies)), revision: 1, plays };
    const answered = this.#self.answerTo(this);
    await this.#self.send(this.farId, { kind: 'offer', sdp: await this.#described(lies), ...head });
    const answer = await answered;
    this.link = await linkId(subtle, this.session, answer.session);
    await this.#meet(answer, 'answer', lies);
    return this;
  }

  /** Answers an offer. @param {Offer} offer @param {Lies} [lies] */
  async answer(offer, lies = {}) {
    const { plays = [] } = lies;
    if (lies.session) this.session = lies.session;
    this.link = await linkId(subtle, offer.session, this.session);
    await this.#meet(offer, 'offer', lies);
    await lies.prepare?.(this.pc);
    await this.pc.setLocalDescription(await this.pc.createAnswer());
    const head = { ...(await this.#pledge(lies)), revision: 1, plays, offerSession: offer.session };
    const sdp = await this.#described(lies);
    await this.#self.send(this.farId, { kind: 'answer', sdp, ...head }, this.link);
    return this;
  }

  /**
   * Proves herself, as herself unless told otherwise, and says that she has not heard of the far end yet.
   *
   * @param {{ value?: Uint8Array, transcript?: Uint8Array, resumes?: boolean }} [lies]
   */
  async prove(lies = {}) {
    await this.opened;
    const { signer, peerId } = this.#self;
    const transcript = lies.transcript ?? (await this.transcript());
    const proof = await sign(signer, 'link-proof', proofBytes(transcript, peerId));
    this.say({ t: 'proof', value: lies.value ?? this.value, proof });
    if (lies.resumes ?? true) this.resume();
    return this;
  }

  /** Says where she stands. @param {Partial<import('@conclave/protocol').ResumeFrame>} [lies] */
  resume(lies = {}) {
    const { near } = this;
    return this.raw(
      'messages',
      encodeDataFrame({ type: 'resume', near, far: new Uint8Array(8), counter: 0, verdicts: [], ...lies }),
    );
  }

  /** Another link of the same life of hers, to take the place of this one; nothing but the proof has been said on it. */
  async again() {
    const link = this.#self.linkTo(this.farId);
    [link.near, link.counter] = [this.near, this.counter];
    await link.offer();
    await link.prove({ resumes: false });
    await link.farProof;
    return link;
  }

  /** Acknowledges. @param {number} counter @param {import('@conclave/protocol').Verdict[]} [verdicts] */
  ack(counter, verdicts = []) {
    return this.raw('messages', encodeDataFrame({ type: 'ack', counter, verdicts }));
  }

  /** What both ends have seen alike. */
  transcript() {
    if (!this.far || !this.link) throw new Error('not described yet');
    const { peerId } = this.#self;
    const fingerprint = fingerprintOf(this.pc.localDescription?.sdp ?? '');
    return linkTranscript(subtle, {
      version: 1,
      link: this.link,
      ends: [
        { peerId, fingerprint, commitment: /** @type {Uint8Array} */ (this.commitment) },
        { peerId: this.farId, ...this.far },
      ],
      roomTag: new Uint8Array(0),
    });
  }

  /** @param {import('@conclave/protocol').ControlFrame} frame */
  say(frame) {
    return this.raw('control', encodeControlFrame(frame));
  }

  /** Calls a handler of the far end. @param {number} request @param {string} name @param {any[]} args */
  call(request, name, ...args) {
    const payload = encodeValue([name, args], Infinity);
    if (!payload.ok) throw new Error(payload.code);
    const counter = ++this.counter;
    return this.raw(
      'messages',
      encodeDataFrame({ type: 'message', request, counter, payload: payload.value }),
    );
  }

  /** Answers a question of the far end. @param {number} request @param {any[]} answer number, value, code */
  reply(request, ...answer) {
    const payload = encodeValue(answer, Infinity);
    if (!payload.ok) throw new Error(payload.code);
    const counter = ++this.counter;
    return this.raw(
      'messages',
      encodeDataFrame({ type: 'answer', request, counter, payload: payload.value }),
    );
  }

  /** Sends a frame as it is; false where the lane is closed. @param {Lane} lane @param {Uint8Array<ArrayBuffer>} frame */
  raw(lane, frame) {
    return this.bytes(lane, lane === 'messages' ? encodeBatch([frame]) : frame);
  }

  /** Sends bytes as they are, on the lane messages a batch. @param {Lane} lane @param {Uint8Array<ArrayBuffer>} bytes */
  bytes(lane, bytes) {
    const channel = this.#channels.get(lane);
    try {
      if (channel?.readyState !== 'open') return false;
      channel.send(bytes);
      return true;
    } catch {
      return false; // the other end has had enough
    }
  }

  /** Makes a new description and tells it over the link, as it is or changed. @param {(sdp: string) => string} [own] */
  async offerAgain(own = (sdp) => sdp) {
    await this.pc.setLocalDescription(await this.pc.createOffer());
    const sdp = own(this.pc.localDescription?.sdp ?? '');
    return this.say({ t: 'describe', type: 'offer', revision: ++this.revision, sdp, plays: [] });
  }

  /** Ends her end. */
  close() {
    this.pc.close();
  }

  /** @param {Candidates} message */
  async addCandidates({ candidates }) {
    for (const { candidate, mid, mLineIndex } of candidates) {
      await this.pc
        .addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: mLineIndex })
        .catch(() => undefined);
    }
  }

  /** @param {Lane} lane @param {Uint8Array} bytes */
  #take(lane, bytes) {
    const frame = decodeDataFrame(bytes);
    if (!frame.ok) return;
    if (lane === 'messages') this.said.push(frame.value);
    if (frame.value.type === 'message' || frame.value.type === 'answer') this.onMessage(frame.value);
    else if (frame.value.type === 'bulk' || frame.value.type === 'seal') this.onBulk(frame.value);
  }

  /** @param {Lies} lies */
  async #pledge(lies) {
    const { session, value } = this;
    this.commitment = lies.commitment ?? (await commitment(subtle, session, this.#self.peerId, value));
    return { session, commitment: this.commitment };
  }

  /** Her description with all her candidates in it: one envelope, and none after it. @param {Lies} lies */
  async #described({ own = (sdp) => sdp }) {
    if (this.pc.iceGatheringState !== 'complete')
      await new Promise((resolve) => {
        this.pc.onicegatheringstatechange = () =>
          this.pc.iceGatheringState === 'complete' && resolve(undefined);
      });
    return own(this.pc.localDescription?.sdp ?? '');
  }

  /** @param {Offer | Answer} message @param {'offer' | 'answer'} type @param {Lies} lies */
  async #meet({ session, commitment: pledged, sdp, plays }, type, { theirs = (same) => same }) {
    this.farPlays = plays;
    this.far = { session, commitment: pledged, fingerprint: fingerprintOf(sdp) };
    await this.pc.setRemoteDescription({ type, sdp: theirs(sdp) });
    this.#self.met();
  }
}
