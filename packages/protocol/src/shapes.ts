import * as v from 'valibot';

import { isErrorCode, type ErrorCode } from './codes.js';
import { isPeerId, type PeerId } from './identity.js';
import { MAX_NAME_LENGTH } from './limits.js';
import { refused, ok, type Result } from './result.js';

/** Bytes of an exact length. */
export function exactBytes(length: number) {
  return v.custom<Uint8Array>((input) => isBytes(input) && input.byteLength === length);
}

/** Bytes up to a length. */
export function boundedBytes(max: number) {
  return v.custom<Uint8Array>((input) => isBytes(input) && input.byteLength <= max);
}

/** Text from one character to `max`. */
export function text(max: number = MAX_NAME_LENGTH) {
  return v.pipe(v.string(), v.minLength(1), v.maxLength(max));
}

/** A whole number from 0 to `max`. */
export function count(max: number = Number.MAX_SAFE_INTEGER) {
  return v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
}

/** A list of at most `max` items. */
export function list<const Item extends v.GenericSchema>(item: Item, max: number) {
  return v.pipe(v.array(item), v.maxLength(max));
}

/** A peer ID. */
export const peerId = v.custom<PeerId>(isPeerId);
/** An error code that this version knows. */
export const errorCode = v.custom<ErrorCode>(isErrorCode);
/** A 16-byte epoch or session value. */
export const bytes16 = exactBytes(16);
/** A 32-byte hash, nonce or challenge. */
export const bytes32 = exactBytes(32);

/** Holds a decoded value against a schema; unknown keys are dropped. */
export function check<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  code: ErrorCode,
): Result<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  return result.success ? ok(result.output) : refused(code);
}

function isBytes(input: unknown): input is Uint8Array {
  return ArrayBuffer.isView(input) && 'byteLength' in input && Object.prototype.toString.call(input) === '[object Uint8Array]';
}
