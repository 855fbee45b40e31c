import { decode, encode } from '@msgpack/msgpack';

import { MAX_VALUE_DEPTH } from './limits.js';
import { ok, refused, type Result } from './result.js';
import { isWithinBounds } from './wire-bounds.js';

/** What can be sent: plain data, bytes (`Uint8Array`) and dates (`Date`), nested at most 16 deep. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Date
  | readonly Value[]
  | { readonly [key: string]: Value | undefined };

/** Levels that a message may add around a value that it carries. */
const WRAPPING_DEPTH = 4;

/** Encodes a value as MessagePack, or says `data/unsupported-value`. */
export function encodeValue(value: unknown): Result<Uint8Array<ArrayBuffer>> {
  try {
    return ok(encode(value, { ignoreUndefined: true, maxDepth: MAX_VALUE_DEPTH + WRAPPING_DEPTH }));
  } catch {
    return refused('data/unsupported-value');
  }
}

/** Decodes MessagePack from an untrusted source: bounded in bytes, depth and memory. Never throws. */
export function decodeValue(bytes: Uint8Array, maxBytes: number): Result<unknown> {
  if (bytes.byteLength > maxBytes) return refused('data/too-large');
  if (!isWithinBounds(bytes, MAX_VALUE_DEPTH + WRAPPING_DEPTH)) return refused('link/bad-frame');
  try {
    return ok(decode(bytes));
  } catch {
    return refused('link/bad-frame');
  }
}

/** Encodes a message of the protocol, whose form the types vouch for. */
export function pack(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { ignoreUndefined: true });
}
