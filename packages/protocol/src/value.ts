import { MAX_MESSAGE_BYTES, MAX_VALUE_DEPTH } from './limits.js';
import { read } from './reader.js';
import { ok, refused, type Result } from './result.js';
import { TooLargeError, write } from './writer.js';

/**
 * What can be sent: plain data, bytes (`Uint8Array`) and dates (`Date`), nested at most 16 deep.
 *
 * Numbers are all that JavaScript has (`NaN` and `-0` included), text has no lone surrogates, arrays have no holes,
 * objects are plain and have no key `__proto__`; a property that is `undefined` is left out. What arrives equals what
 * was sent (SPEC 1.5).
 */
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
const maxDepth = MAX_VALUE_DEPTH + WRAPPING_DEPTH;

/**
 * Encodes a value as MessagePack. Never throws: `data/unsupported-value` for whatever is not a {@link Value},
 * `data/too-large` past `maxBytes`.
 */
export function encodeValue(
  value: unknown,
  maxBytes: number = MAX_MESSAGE_BYTES,
): Result<Uint8Array<ArrayBuffer>> {
  try {
    return ok(write(value, { maxBytes, maxDepth }));
  } catch (error) {
    return refused(error instanceof TooLargeError ? 'data/too-large' : 'data/unsupported-value');
  }
}

/**
 * Decodes MessagePack from an untrusted source: bounded in bytes, depth and memory, and nothing but a {@link Value}.
 * Never throws. Bytes in the result are copies.
 */
export function decodeValue(bytes: Uint8Array, maxBytes: number): Result<Value> {
  if (bytes.byteLength > maxBytes) return refused('data/too-large');
  try {
    return ok(read(bytes, maxDepth));
  } catch {
    return refused('link/bad-frame');
  }
}

/**
 * Encodes a message of the protocol, whose form the types vouch for. Throws a `TypeError` where they were cheated.
 * Text of the application may be in it: as everywhere on the web platform (USVString), a lone surrogate in it
 * becomes U+FFFD.
 */
export function pack(message: unknown): Uint8Array<ArrayBuffer> {
  return write(message, { maxBytes: Infinity, maxDepth, mendText: true });
}
