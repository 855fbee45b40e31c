import { MAX_MESSAGE_BYTES, MAX_VALUE_DEPTH } from './limits.js';
import { read } from './reader.js';
import { ok, refused, type Result } from './result.js';
import type { Value } from './value.js';
import { TooLargeError, write } from './writer.js';

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
