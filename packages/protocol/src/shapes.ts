import * as v from 'valibot';

import { isBytes } from './bytes.js';
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

/** Text from `min` to `max` UTF-16 code units. */
export function text(max: number = MAX_NAME_LENGTH, min = 1) {
  return v.custom<string>((input) => typeof input === 'string' && input.length >= min && input.length <= max);
}

/** A whole number from 0 to `max`. */
export function count(max: number = Number.MAX_SAFE_INTEGER) {
  return v.custom<number>(
    (input) =>
      Number.isSafeInteger(input) &&
      !Object.is(input, -0) &&
      (input as number) >= 0 &&
      (input as number) <= max,
  );
}

/** A list of at most `max` items, counted before any of them is looked at. */
export function list<const Item extends v.GenericSchema>(item: Item, max: number, min = 0) {
  return v.pipe(
    v.custom<unknown[]>((input) => Array.isArray(input) && input.length >= min && input.length <= max),
    v.array(item),
  );
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
