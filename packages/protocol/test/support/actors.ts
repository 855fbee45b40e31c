import { createECDH, createHash, webcrypto, type webcrypto as WebCrypto } from 'node:crypto';

import { concatBytes, P256, peerIdOf, type Signer, type Subtle } from '@conclave/protocol';

export type Key = WebCrypto.CryptoKey;
export type Actor = Signer<Key> & { readonly epoch: Uint8Array };

export const subtle = webcrypto.subtle as unknown as Subtle<Key> & WebCrypto.SubtleCrypto;

/** A peer with the fixed key of SPEC 11: the private key is the SHA-256 of `conclave test key <name>`. */
export async function actor(name: 'alice' | 'bob' | 'charlie'): Promise<Actor> {
  const ecdh = createECDH('prime256v1');
  const scalar = createHash('sha256').update(`conclave test key ${name}`).digest();
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const text = (bytes: Buffer): string => bytes.toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: text(scalar),
    x: text(point.subarray(1, 33)),
    y: text(point.subarray(33)),
  };
  const privateKey = await subtle.importKey('jwk', jwk, P256, false, ['sign']);
  const spki = concatBytes(Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'), point);
  const peerId = await peerIdOf(subtle, spki);
  if (peerId === undefined) throw new Error('the key of an actor has no ID');
  return { subtle, privateKey, spki, peerId, epoch: fill(16, name.charCodeAt(0)) };
}

/** `length` bytes that are all `byte`. */
export function fill(length: number, byte: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(byte);
}

/** The bytes with one of them changed. */
export function flipped(bytes: Uint8Array, at: number, mask = 1): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[at] = (copy[at] as number) ^ mask;
  return copy;
}

/** Bytes written as hexadecimal, spaces allowed. */
export function hex(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}
