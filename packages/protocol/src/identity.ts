import { canonical, concatBytes, toHex, type Field } from './bytes.js';
import { signatureInput, type Purpose } from './purposes.js';

declare const peerIdBrand: unique symbol;

/** A peer: the lower-case hex SHA-256 of its public key's SPKI, 64 characters. Whoever holds the key proves the ID. */
export type PeerId = string & { readonly [peerIdBrand]: true };

/** The part of WebCrypto's `SubtleCrypto` that the protocol uses. */
export interface Subtle<Key> {
  /** As `SubtleCrypto.digest`. */
  digest(algorithm: 'SHA-256', data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  /** As `SubtleCrypto.sign`. */
  sign(algorithm: typeof ECDSA, key: Key, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
  /** As `SubtleCrypto.verify`. */
  verify(
    algorithm: typeof ECDSA,
    key: Key,
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
  /** As `SubtleCrypto.importKey`. */
  importKey(
    format: 'spki',
    data: Uint8Array<ArrayBuffer>,
    algorithm: typeof P256,
    extractable: boolean,
    usages: ['verify'],
  ): Promise<Key>;
}

/** The curve of every identity key. */
export const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;
/** The signature scheme of every identity key. */
export const ECDSA = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Length of a P-256 SPKI with an uncompressed point. */
export const SPKI_BYTES = 91;
/** Length of a P-256 signature as WebCrypto writes it (r || s). */
export const SIGNATURE_BYTES = 64;

// SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING (66 bytes) } and the 0x04 of an uncompressed point.
const SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';

/**
 * Whether bytes are the one accepted form of a public key: 91 bytes, the fixed P-256 prefix, an uncompressed point.
 * Checked before hashing, since a second encoding of a key would be a second ID for it (SPEC 2.1).
 */
export function isSpki(bytes: Uint8Array): boolean {
  return bytes.byteLength === SPKI_BYTES && toHex(bytes.subarray(0, SPKI_PREFIX.length / 2)) === SPKI_PREFIX;
}

/** Whether a string has the form of a peer ID. */
export function isPeerId(text: unknown): text is PeerId {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}

/** SHA-256. */
export async function sha256<Key>(subtle: Subtle<Key>, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await subtle.digest('SHA-256', own(bytes)));
}

/** SHA-256 of the canonical encoding of some fields. */
export async function hashFields<Key>(
  subtle: Subtle<Key>,
  fields: readonly Field[],
): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(subtle, canonical(fields));
}

/** The peer ID of a public key, or `undefined` where the SPKI is not of the accepted form. */
export async function peerIdOf<Key>(subtle: Subtle<Key>, spki: Uint8Array): Promise<PeerId | undefined> {
  if (!isSpki(spki)) return undefined;
  return toHex(await sha256(subtle, spki)) as PeerId;
}

/** A private key with the public key and the ID that belong to it. */
export interface Signer<Key> {
  readonly subtle: Subtle<Key>;
  readonly privateKey: Key;
  readonly spki: Uint8Array<ArrayBuffer>;
  readonly peerId: PeerId;
}

/** Signs bytes for one purpose. The only place in the protocol where a private key is used. */
export async function sign<Key>(
  signer: Signer<Key>,
  purpose: Purpose,
  bytes: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await signer.subtle.sign(ECDSA, signer.privateKey, signatureInput(purpose, bytes)));
}

/** Whether a signature over bytes was made for this purpose by the key of this SPKI. Never throws. */
export async function verify<Key>(
  subtle: Subtle<Key>,
  purpose: Purpose,
  spki: Uint8Array,
  signature: Uint8Array,
  bytes: Uint8Array,
): Promise<boolean> {
  if (!isSpki(spki) || signature.byteLength !== SIGNATURE_BYTES) return false;
  try {
    const key = await subtle.importKey('spki', own(spki), P256, false, ['verify']);
    return await subtle.verify(ECDSA, key, own(signature), signatureInput(purpose, bytes));
  } catch {
    return false; // a point that is not on the curve
  }
}

function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : concatBytes(bytes);
}
