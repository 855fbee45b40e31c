// A hostile peer with a key of her own: speaks the protocol frame by frame, and lies where a test says so.
import {
  decodeServerMessage,
  encodeClientMessage,
  openCard,
  openEnvelope,
  P256,
  peerIdOf,
  registrationBytes,
  rendezvousOrigin,
  sealEnvelope,
  sign,
  signCard,
} from '@conclave/protocol';
import { WebSocket } from 'ws';

import { unpacked } from '../../support/unpacked.mjs';

const { subtle } = globalThis.crypto;

/** @param {number} length */
export const randomBytes = (length) => globalThis.crypto.getRandomValues(new Uint8Array(length));

/** A registered client without any of core's manners. */
export class Mallory {
  /** @type {import('@conclave/protocol').Signer<CryptoKey>} */ signer;
  /** @type {import('@conclave/protocol').Envelope[]} */ received = [];
  /** @type {(envelope: import('@conclave/protocol').Envelope) => unknown} */ onEnvelope = () => {};
  epoch = randomBytes(16);
  /** @type {Map<string, Uint8Array>} */ #epochs = new Map();
  /** @type {Map<number, (message: any) => void>} */ #waiting = new Map();
  #lastId = 0;
  #counter = 0;
  /** @type {WebSocket} */ #socket;
  #opening = Promise.resolve();

  /** @param {import('@conclave/protocol').Signer<CryptoKey>} signer @param {WebSocket} socket */
  constructor(signer, socket) {
    this.signer = signer;
    this.#socket = socket;
  }

  get peerId() {
    return this.signer.peerId;
  }

  /** Registers with a new key. @param {string} url */
  static async join(url) {
    const pair = await subtle.generateKey(P256, false, ['sign', 'verify']);
    const spki = new Uint8Array(await subtle.exportKey('spki', pair.publicKey));
    const peerId = await peerIdOf(subtle, spki);
    if (!peerId) throw new Error('a key that is none');
    const socket = new WebSocket(url);
    const self = new this({ subtle, privateKey: pair.privateKey, spki, peerId }, socket);
    await new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
      socket.on('message', (/** @type {Buffer} */ data) => {
        const message = decodeServerMessage(new Uint8Array(data));
        if (!message.ok) reject(new Error(message.code));
        else if (message.value.t === 'registered') resolve(undefined);
        else void self.#take(url, message.value);
      });
    });
    return self;
  }

  /**
   * Signs and sends a message; the receiver's life is looked up.
   * @param {string} to
   * @param {import('@conclave/protocol').PeerMessage} message
   * @param {Uint8Array} [link]
   */
  async send(to, message, link) {
    const head = { to, fromEpoch: this.epoch, link, counter: this.#counter++, message };
    const envelope = await sealEnvelope(this.signer, { ...head, toEpoch: await this.epochOf(to) });
    await this.#ask({ t: 'relay', to, envelope });
  }

  close() {
    this.#socket.close();
  }

  /** Hands a frame to the rendezvous as it is. @param {Uint8Array} frame */
  sendFrame(frame) {
    this.#socket.send(frame);
  }

  /** The present life of a peer. @param {string} peer @returns {Promise<Uint8Array>} */
  async epochOf(peer) {
    const known = this.#epochs.get(peer);
    if (known) return known;
    const card = await openCard(subtle, (await this.#ask({ t: 'lookup', peer })).card);
    if (!card.ok) throw new Error(card.code);
    this.#epochs.set(peer, card.value.epoch);
    return card.value.epoch;
  }

  /** @param {any} question @returns {Promise<any>} */
  #ask(question) {
    const id = ++this.#lastId;
    this.#socket.send(encodeClientMessage({ ...question, id }));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) =>
        answer.t === 'failed' ? reject(new Error(answer.code)) : resolve(answer),
      );
    });
  }

  /** @param {string} url @param {import('@conclave/protocol').ServerMessage} message */
  async #take(url, message) {
    if (message.t === 'challenge') this.#socket.send(await this.#registration(url, message.challenge));
    else if ('id' in message) this.#waiting.get(message.id)?.(message);
    else if (message.t === 'deliver') {
      // One after the other, as an honest mailbox does.
      this.#opening = this.#opening.then(async () => {
        const opened = await openEnvelope(subtle, message.envelope, this);
        if (!opened.ok) return;
        const envelope = { ...opened.value, message: unpacked(opened.value.message) };
        this.received.push(envelope);
        await this.onEnvelope(envelope);
      });
    }
  }

  /** @param {string} url @param {Uint8Array} challenge */
  async #registration(url, challenge) {
    const { signer, epoch, peerId } = this;
    const nonce = randomBytes(32);
    const origin = rendezvousOrigin(url) ?? '';
    const facts = { origin, key: 'demo', challenge, nonce, peerId, epoch, versions: [1] };
    const signature = await sign(signer, 'register', registrationBytes(facts));
    const card = await signCard(signer, { epoch, versions: [1], persistent: false });
    const { spki } = signer;
    return encodeClientMessage({
      t: 'register',
      key: 'demo',
      origin,
      nonce,
      epoch,
      versions: [1],
      spki,
      signature,
      card,
    });
  }
}
