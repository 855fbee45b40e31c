import { canonical, concatBytes } from './bytes.js';
import type { PeerId } from './identity.js';

/** The part of WebCrypto that derives keys (HKDF, RFC 5869). */
export interface KeyDerivation<Key> {
  /** As `SubtleCrypto.importKey`. */
  importKey(
    format: 'raw',
    data: Uint8Array<ArrayBuffer>,
    algorithm: 'HKDF',
    extractable: false,
    usages: ['deriveBits'],
  ): Promise<Key>;
  /** As `SubtleCrypto.deriveBits`. */
  deriveBits(
    algorithm: {
      name: 'HKDF';
      hash: 'SHA-256';
      salt: Uint8Array<ArrayBuffer>;
      info: Uint8Array<ArrayBuffer>;
    },
    key: Key,
    bits: number,
  ): Promise<ArrayBuffer>;
}

const NO_SALT = new Uint8Array(0);

/** The secret of a link: HKDF over both revealed values, salted with the transcript (SPEC 6.5). */
export function linkSecret<Key>(
  kdf: KeyDerivation<Key>,
  offererValue: Uint8Array,
  answererValue: Uint8Array,
  transcript: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return hkdf(
    kdf,
    concatBytes(offererValue, answererValue),
    concatBytes(transcript),
    canonical(['conclave/1/secret']),
  );
}

/** The nonce of one end of a link, 32 bytes: what is near for one is far for the other. */
export function linkNonce<Key>(
  kdf: KeyDerivation<Key>,
  secret: Uint8Array,
  peerId: PeerId,
): Promise<Uint8Array<ArrayBuffer>> {
  return hkdf(kdf, concatBytes(secret), NO_SALT, canonical(['conclave/1/nonce', peerId]));
}

/** The bytes from which both ends of a link make its verification code, 11 of them used (SPEC 6.7). */
export function linkCodeBytes<Key>(
  kdf: KeyDerivation<Key>,
  secret: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return hkdf(kdf, concatBytes(secret), NO_SALT, canonical(['conclave/1/code']));
}

/** HKDF-SHA-256 (RFC 5869), 32 bytes. */
export async function hkdf<Key>(
  kdf: KeyDerivation<Key>,
  input: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await kdf.importKey('raw', input, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await kdf.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, 256));
}
