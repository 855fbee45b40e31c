import * as v from 'valibot';

import { isBytes } from './bytes.js';
import { isErrorCode, type ErrorCode } from './codes.js';
import { isPeerId, type PeerId } from './identity.js';
import { MAX_NAME_LENGTH } from './limits.js';
import { decodeValue } from './packing.js';
import { refused, ok, type Result } from './result.js';
import type { Value } from './value.js';

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

/** A number above 0, up to `max`. */
export function positive(max: number) {
  return v.custom<number>((input) => typeof input === 'number' && input > 0 && input <= max);
}

/** `true` or `false`. */
export const flag = v.custom<boolean>((input) => typeof input === 'boolean');

/** One of some values. */
export function oneOf<const Option>(...options: readonly Option[]) {
  return v.custom<Option>((input) => options.includes(input as Option));
}

/** A value, or `null` for none. */
export function orNull<Value>(shape: v.CustomSchema<Value, undefined>) {
  return v.custom<Value | null>((input) => input === null || shape.check(input));
}

/** A list that has byte strings of these shapes at its start. */
export function byteStrings<const Shapes extends readonly v.CustomSchema<Uint8Array, undefined>[]>(
  ...shapes: Shapes
) {
  return v.custom<{ [Index in keyof Shapes]: Uint8Array }>(
    (input) => Array.isArray(input) && shapes.every((shape, index) => shape.check(input[index])),
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

/** Decodes bytes and holds their value against a schema. Never throws. */
export function decodeAs<const Schema extends v.GenericSchema>(
  schema: Schema,
  bytes: Uint8Array,
  maxBytes: number,
  code: ErrorCode,
): Result<v.InferOutput<Schema>> {
  const decoded = decodeValue(bytes, maxBytes);
  return decoded.ok ? check(schema, decoded.value, code) : decoded;
}

/** Messages by their tags: what is in each of them. */
export type Forms = Readonly<Record<string, v.GenericSchema<unknown, object>>>;

/** The message that a set of forms allows, its tag under the key `Key`. */
export type Tagged<Key extends string, Of extends Forms> = {
  [Tag in keyof Of]: { readonly [Each in Key]: Tag } & Readonly<v.InferOutput<Of[Tag]>>;
}[keyof Of];

/** Holds what belongs to a tag against the form of that tag, and gives both back as one message. */
export function checkTagged<const Key extends string, const Of extends Forms>(
  forms: Of,
  key: Key,
  tag: unknown,
  input: unknown,
  code: ErrorCode,
): Result<Tagged<Key, Of>> {
  const form = typeof tag === 'string' && Object.hasOwn(forms, tag) ? forms[tag] : undefined;
  if (!form) return refused(code);
  const checked = check(form, input, code);
  return checked.ok ? ok({ [key]: tag, ...checked.value } as Tagged<Key, Of>) : checked;
}

/** Holds a frame, a map whose `t` is its tag, against the form of that tag. */
export function checkFrame<const Of extends Forms>(
  forms: Of,
  frame: Value,
  code: ErrorCode,
): Result<Tagged<'t', Of>> {
  return checkTagged(forms, 't', (frame as { t?: Value } | null)?.t, frame, code);
}

/** Holds a decoded value against a schema; unknown keys are dropped. */
function check<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
  code: ErrorCode,
): Result<v.InferOutput<Schema>> {
  const result = v.safeParse(schema, input, { abortEarly: true });
  return result.success ? ok(result.output) : refused(code);
}
