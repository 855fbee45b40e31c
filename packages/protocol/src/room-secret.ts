import { canonical, concatBytes, toHex, utf8 } from './bytes.js';
import type { PeerId } from './identity.js';
import { hkdf, type KeyDerivation } from './key-schedule.js';

/** The part of WebCrypto that makes message authentication codes (HMAC, RFC 2104). */
export interface Mac<Key> {
  /** As `SubtleCrypto.importKey`. */
  importKey(
    format: 'raw',
    data: Uint8Array<ArrayBuffer>,
    algorithm: { name: 'HMAC'; hash: 'SHA-256' },
    extractable: false,
    usages: ['sign'],
  ): Promise<Key>;
  /** As `SubtleCrypto.sign`. */
  sign(algorithm: 'HMAC', key: Key, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

const NO_SALT = new Uint8Array(0);

/** The name of a secret room at the rendezvous: it tells neither the secret nor the room's own name (SPEC 6.8). */
export async function secretRoomId<Key>(
  kdf: KeyDerivation<Key>,
  secret: Uint8Array,
  room: string,
): Promise<string> {
  return toHex(await hkdf(kdf, concatBytes(secret), NO_SALT, canonical(['conclave/1/room-id', room])));
}

/** The key with which members of a secret room prove that they know it (SPEC 6.9). */
export async function roomProofKey<Key>(
  crypto: KeyDerivation<Key> & Mac<Key>,
  secret: Uint8Array,
  room: string,
): Promise<Key> {
  const info = canonical(['conclave/1/room-proof', room]);
  const bytes = await hkdf(crypto, concatBytes(secret), NO_SALT, info);
  return crypto.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/**
 * One end's proof that it knows the secret, good for one link and one end only: HMAC over the transcript and the ID of
 * whoever proves (SPEC 6.9). To anybody without the key it is 32 random bytes.
 */
export async function roomProof<Key>(
  mac: Mac<Key>,
  key: Key,
  transcript: Uint8Array,
  peerId: PeerId,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await mac.sign('HMAC', key, concatBytes(transcript, utf8(peerId))));
}
