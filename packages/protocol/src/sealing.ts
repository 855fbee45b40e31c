import { canonical, concatBytes } from './bytes.js';
import { hkdf, type KeyDerivation } from './key-schedule.js';

/** The part of WebCrypto that agrees on keys (ECDH, P-256) and encrypts (AES-GCM). */
export interface Sealing<Key> {
  /** As `SubtleCrypto.generateKey`. */
  generateKey(
    algorithm: typeof ECDH,
    extractable: false,
    usages: ['deriveBits'],
  ): Promise<{ readonly publicKey: Key; readonly privateKey: Key }>;
  /** As `SubtleCrypto.exportKey`. */
  exportKey(format: 'raw', key: Key): Promise<ArrayBuffer>;
  /** As `SubtleCrypto.importKey`. */
  importKey(
    format: 'raw',
    data: Uint8Array<ArrayBuffer>,
    algorithm: typeof ECDH | typeof AES,
    extractable: false,
    usages: ('encrypt' | 'decrypt')[],
  ): Promise<Key>;
  /** As `SubtleCrypto.deriveBits`. */
  deriveBits(algorithm: { name: 'ECDH'; public: Key }, key: Key, bits: number): Promise<ArrayBuffer>;
  /** As `SubtleCrypto.encrypt`. */
  encrypt(algorithm: typeof AES, key: Key, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  /** As `SubtleCrypto.decrypt`. */
  decrypt(algorithm: typeof AES, key: Key, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

type Crypto<Key> = Sealing<Key> & KeyDerivation<Key>;

/** A key to which one thing is sealed. */
export interface SealKey<Key> {
  /** An uncompressed point of P-256, 65 bytes. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** What opens it. */
  readonly privateKey: Key;
}

const ECDH = { name: 'ECDH', namedCurve: 'P-256' } as const;
/** Each key encrypts once, so its nonce may be the same for all. */
const AES = { name: 'AES-GCM', iv: new Uint8Array(12) } as const;
const NO_SALT = new Uint8Array(0);

/** Length of a public key to which something is sealed. */
export const SEAL_KEY_BYTES = 65;

/** Makes a key to which one answer will be sealed. */
export async function newSealKey<Key>(crypto: Sealing<Key>): Promise<SealKey<Key>> {
  const { publicKey, privateKey } = await crypto.generateKey(ECDH, false, ['deriveBits']);
  return { publicKey: new Uint8Array(await crypto.exportKey('raw', publicKey)), privateKey };
}

/** Seals bytes for whoever has made the key, bound to one link (SPEC 6.10). Rejects for a key that is no point. */
export async function seal<Key>(
  crypto: Crypto<Key>,
  to: Uint8Array,
  link: Uint8Array,
  bytes: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const own = await newSealKey(crypto);
  const key = await sealingKey(crypto, own.privateKey, to, [to, own.publicKey, link], 'encrypt');
  return concatBytes(own.publicKey, new Uint8Array(await crypto.encrypt(AES, key, concatBytes(bytes))));
}

/** Opens what was sealed; `undefined` where it was sealed to another key, for another link, or was changed. Never throws. */
export async function unseal<Key>(
  crypto: Crypto<Key>,
  { publicKey, privateKey }: SealKey<Key>,
  link: Uint8Array,
  sealed: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const from = sealed.subarray(0, SEAL_KEY_BYTES);
  try {
    const key = await sealingKey(crypto, privateKey, from, [publicKey, from, link], 'decrypt');
    return new Uint8Array(await crypto.decrypt(AES, key, concatBytes(sealed.subarray(SEAL_KEY_BYTES))));
  } catch {
    return undefined;
  }
}

async function sealingKey<Key>(
  crypto: Crypto<Key>,
  own: Key,
  far: Uint8Array,
  context: readonly Uint8Array[],
  usage: 'encrypt' | 'decrypt',
): Promise<Key> {
  const point = await crypto.importKey('raw', concatBytes(far), ECDH, false, []);
  const shared = new Uint8Array(await crypto.deriveBits({ name: 'ECDH', public: point }, own, 256));
  const key = await hkdf(crypto, shared, NO_SALT, canonical(['conclave/1/seal', ...context]));
  return crypto.importKey('raw', key, AES, false, [usage]);
}
