// Identities that cost nothing: thousands of keys behind a few sockets, since nobody but the receiver looks at a signature.
import { encodeClientMessage, P256, peerIdOf, sealEnvelope } from '@conclave/protocol';

import { Mallory, randomBytes } from '../../../node/support/mallory.mjs';

const { subtle } = globalThis.crypto;

/** @typedef {import('@conclave/protocol').PeerMessage} PeerMessage */

/** Sockets of hers, and the life of the one that she speaks to. */
export class Crowd {
  /** @type {Mallory[]} */ sockets;
  /** @type {Uint8Array} */ #epoch;
  #id = 1_000_000;

  /** @param {string} to @param {Mallory[]} sockets @param {Uint8Array} epoch */
  constructor(to, sockets, epoch) {
    this.to = to;
    this.sockets = sockets;
    this.#epoch = epoch;
  }

  /** Registers sockets. @param {string} url @param {string} to @param {number} count */
  static async gather(url, to, count) {
    const sockets = await Promise.all(Array.from({ length: count }, () => Mallory.join(url)));
    const [first] = sockets;
    if (!first) throw new Error('nobody');
    return new Crowd(to, sockets, await first.epochOf(to));
  }

  /**
   * Envelopes of new identities, a few lives of each if told so, all with such a message.
   *
   * @param {number} count @param {() => PeerMessage} message @param {number} [lives]
   */
  async strangers(count, message, lives = 1) {
    const envelopes = [];
    for (let left = count; left > 0; left -= lives) {
      const pair = await subtle.generateKey(P256, false, ['sign', 'verify']);
      const spki = new Uint8Array(await subtle.exportKey('spki', pair.publicKey));
      const peerId = /** @type {string} */ (await peerIdOf(subtle, spki));
      const signer = { subtle, privateKey: pair.privateKey, spki, peerId };
      for (let life = 0; life < lives; life += 1) envelopes.push(await this.#seal(signer, message(), 0));
    }
    return envelopes;
  }

  /** Hands envelopes to the rendezvous over all sockets at once, `atOnce` at a time. @param {Uint8Array[]} envelopes @param {number} [atOnce] */
  async throw(envelopes, atOnce = 50) {
    for (const [index, envelope] of envelopes.entries()) {
      const socket = /** @type {Mallory} */ (this.sockets[index % this.sockets.length]);
      socket.sendFrame(encodeClientMessage({ t: 'relay', id: ++this.#id, to: this.to, envelope }));
      if (index % atOnce === atOnce - 1) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  leave() {
    for (const socket of this.sockets) socket.close();
  }

  /** @param {import('@conclave/protocol').Signer<CryptoKey>} signer @param {PeerMessage} message @param {number} counter */
  #seal(signer, message, counter) {
    const head = { to: this.to, fromEpoch: randomBytes(16), toEpoch: this.#epoch, counter, message };
    return sealEnvelope(signer, head);
  }
}
