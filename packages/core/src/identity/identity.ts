import {
  P256,
  peerIdOf,
  type KeyDerivation,
  type PeerId,
  type Signer,
  type Subtle,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';

/** A key pair that makes a peer who it is. The private key cannot be exported. */
export interface Identity {
  /** The ID that the public key has: the same wherever this identity connects. */
  readonly peerId: PeerId;
  /** Whether it outlives the page. */
  readonly persistent: boolean;
}

/** WebCrypto as the whole of core uses it. */
export const subtle = (): Subtle<CryptoKey> & KeyDerivation<CryptoKey> => {
  const found = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;
  if (!found) {
    throw new ConclaveError('usage/unsupported', {
      hint: 'WebCrypto needs https or localhost.',
    });
  }
  return found;
};

const signers = new WeakMap<Identity, Signer<CryptoKey>>();

/** Makes identities. */
export const Identity = {
  /** An identity for this page load: nothing links it to an earlier or a later one. */
  async create(): Promise<Identity> {
    const crypto = subtle();
    const pair = await globalThis.crypto.subtle.generateKey(P256, false, ['sign', 'verify']);
    const spki = new Uint8Array(await globalThis.crypto.subtle.exportKey('spki', pair.publicKey));
    const peerId = await peerIdOf(crypto, spki);
    if (peerId === undefined) throw new ConclaveError('identity/bad-key');
    const identity: Identity = Object.freeze({ peerId, persistent: false });
    signers.set(identity, { subtle: crypto, privateKey: pair.privateKey, spki, peerId });
    return identity;
  },
};

/** The signer of an identity that this module made. */
export function signerOf(identity: Identity): Signer<CryptoKey> {
  const signer = signers.get(identity);
  if (!signer) throw new ConclaveError('usage/invalid-argument', { hint: 'Use Identity.create().' });
  return signer;
}

/** Bytes that nobody can guess. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}
