import {
  P256,
  peerIdOf,
  type ErrorCode,
  type KeyDerivation,
  type Sealing,
  type Signer,
  type Subtle,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';

/** WebCrypto as the whole of core uses it. */
export const subtle = (): Subtle<CryptoKey> & KeyDerivation<CryptoKey> & Sealing<CryptoKey> => {
  const found = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;
  if (!found) {
    throw new ConclaveError('usage/unsupported', {
      hint: 'WebCrypto needs https or localhost.',
    });
  }
  return found;
};

/** The signer of each identity; or, of one that was given up or taken away, the code that says so. */
const signers = new WeakMap<object, Signer<CryptoKey> | ErrorCode>();

/** Makes a signer speak for an identity. */
export function adopt<Self extends object>(identity: Self, signer: Signer<CryptoKey>): Self {
  signers.set(identity, signer);
  return identity;
}

/** Ends an identity: who asks for its signer from now on gets this code. */
export function withdraw(identity: object, code: ErrorCode): void {
  signers.set(identity, code);
}

/**
 * The signer of an identity that this module made. Throws `identity/in-use` where another page took it, `usage/closed`
 * where it was released.
 */
export function signerOf(identity: object): Signer<CryptoKey> {
  const signer = signers.get(identity);
  if (typeof signer === 'object') return signer;
  throw new ConclaveError(signer ?? 'usage/invalid-argument', {
    hint: signer ? undefined : 'Use Identity.create().',
  });
}

/** A new key pair. Its private key can be exported only where `extractable` says so. */
export async function generateSigner(extractable = false): Promise<Signer<CryptoKey>> {
  const crypto = subtle();
  const pair = await globalThis.crypto.subtle.generateKey(P256, extractable, ['sign', 'verify']);
  const spki = new Uint8Array(await globalThis.crypto.subtle.exportKey('spki', pair.publicKey));
  const peerId = await peerIdOf(crypto, spki);
  if (peerId === undefined) throw new ConclaveError('identity/bad-key');
  return { subtle: crypto, privateKey: pair.privateKey, spki, peerId };
}

/** Bytes that nobody can guess. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return globalThis.crypto.getRandomValues(new Uint8Array(length));
}
