import { concatBytes, P256, peerIdOf, sign, SPKI_BYTES, verify, type Signer } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { generateSigner, randomBytes, subtle } from './signer.js';
import type { StoragePort } from './storage-port.js';

/** The first byte of a record of bytes, and `v` of a record of values: how it is laid out. */
const VERSION = 1;
/** PKCS #8 of a P-256 key takes 138 bytes with its public key and 67 without; more is something else. */
const MAX_PKCS8_BYTES = 256;

/** The key pair kept under a key of a storage; made, and stored, where there is none. */
export async function keptSigner(storage: StoragePort, key: string): Promise<Signer<CryptoKey>> {
  const kept = await storage.get(key);
  if (kept !== undefined) return signerIn(kept);
  const made = await newRecord(storage.holds);
  // Whoever came first has made the key: a thief of the lock may have been in here at the same time.
  return signerIn(await storage.update(key, (record) => record ?? made));
}

async function newRecord(holds: StoragePort['holds']): Promise<unknown> {
  const { spki, privateKey } = await generateSigner(holds === 'bytes');
  if (holds === 'values') return { v: VERSION, spki, privateKey };
  const pkcs8 = new Uint8Array(await globalThis.crypto.subtle.exportKey('pkcs8', privateKey));
  return concatBytes(Uint8Array.of(VERSION), spki, pkcs8);
}

/** The signer that a record stands for, checked to be one: the keys belong together and sign. */
async function signerIn(record: unknown): Promise<Signer<CryptoKey>> {
  const crypto = subtle();
  try {
    const { spki, privateKey } = ArrayBuffer.isView(record)
      ? await fromBytes(record as Uint8Array)
      : fromValues(record);
    const peerId = await peerIdOf(crypto, spki);
    if (peerId !== undefined && !privateKey.extractable) {
      const signer = { subtle: crypto, privateKey, spki, peerId };
      const probe = randomBytes(32); // it and its signature are seen by nobody
      if (await verify(crypto, 'name', spki, await sign(signer, 'name', probe), probe)) return signer;
    }
  } catch (cause) {
    throw unusable(cause);
  }
  throw unusable();
}

interface KeptKeys {
  readonly spki: Uint8Array<ArrayBuffer>;
  readonly privateKey: CryptoKey;
}

function fromValues(record: unknown): KeptKeys {
  const { v, spki, privateKey } = record as KeptKeys & { readonly v: unknown };
  if (v !== VERSION) throw new TypeError('another version');
  return { spki: concatBytes(spki), privateKey }; // whatever they are: they are put to the test
}

async function fromBytes(record: Uint8Array): Promise<KeptKeys> {
  const pkcs8 = concatBytes(record.subarray(1 + SPKI_BYTES));
  if (record[0] !== VERSION || pkcs8.byteLength > MAX_PKCS8_BYTES) throw new TypeError('another version');
  const privateKey = await globalThis.crypto.subtle.importKey('pkcs8', pkcs8, P256, false, ['sign']);
  return { spki: concatBytes(record.subarray(1, 1 + SPKI_BYTES)), privateKey };
}

function unusable(cause?: unknown): ConclaveError {
  return new ConclaveError('identity/bad-key', {
    hint: 'The stored identity is damaged or of a later version; Identity.forget() gives it up for a new one.',
    cause,
  });
}
