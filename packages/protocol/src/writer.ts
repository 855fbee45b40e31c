import { isBytes, isWellFormed, utf8 } from './bytes.js';
import { demand } from './demand.js';

/** Thrown by {@link write} where the encoding would be longer than allowed. */
export class TooLargeError extends Error {}

/** What {@link write} allows. */
export interface WriteBounds {
  readonly maxBytes: number;
  /** Containers inside containers, the outermost counted. */
  readonly maxDepth: number;
  /** Writes U+FFFD for a lone surrogate instead of refusing the text. */
  readonly mendText?: boolean;
}

/**
 * Writes plain data as MessagePack (SPEC 1.5 to 1.8).
 *
 * Throws a {@link TooLargeError} past `maxBytes`, and a `TypeError` for whatever would not come out of the reader as
 * it went in. Properties that are `undefined` are left out.
 */
export function write(
  value: unknown,
  { maxBytes, maxDepth, mendText }: WriteBounds,
): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(256);
  let length = 0;
  const reserve = (count: number): number => {
    const at = length;
    length += count;
    if (length > maxBytes) throw new TooLargeError();
    if (length > bytes.byteLength) {
      const grown = new Uint8Array(2 * length);
      grown.set(bytes);
      bytes = grown;
    }
    return at;
  };
  /** A whole number in so many bytes, big endian, two's complement. */
  const whole = (width: number, number: number): void => {
    const at = reserve(width);
    for (let left = number, to = at + width; to-- > at; left = Math.floor(left / 0x100)) bytes[to] = left;
  };
  const tagged = (first: number, width: number, number: number): void => {
    whole(1, first);
    whole(width, number);
  };
  /** A length in the shortest form that its family has: in the first byte, or in 1, 2 or 4 bytes after it. */
  const size = (
    count: number,
    fixed: number,
    fixedLimit: number,
    first8: number | undefined,
    first16: number,
  ) => {
    if (count < fixedLimit) whole(1, fixed | count);
    else if (first8 !== undefined && count < 0x100) tagged(first8, 1, count);
    else if (count < 0x1_0000) tagged(first16, 2, count);
    else tagged(first16 + 1, 4, count);
  };
  const raw = (data: Uint8Array): void => {
    const at = reserve(data.byteLength); // may replace `bytes`
    bytes.set(data, at);
  };
  const text = (string: string): void => {
    demand(mendText === true || isWellFormed(string));
    const data = utf8(string);
    size(data.byteLength, 0xa0, 32, 0xd9, 0xda);
    raw(data);
  };
  const number = (value: number): void => {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0xffff_ffff || Object.is(value, -0)) {
      whole(1, 0xcb);
      const at = reserve(8); // exact for every number of JavaScript
      new DataView(bytes.buffer).setFloat64(at, value);
    } else if (value >= 0) size(value, 0, 0x80, 0xcc, 0xcd);
    else if (value >= -0x20) whole(1, value);
    else if (value >= -0x80) tagged(0xd0, 1, value);
    else if (value >= -0x8000) tagged(0xd1, 2, value);
    else tagged(0xd2, 4, value);
  };
  const date = (timeMs: number): void => {
    const seconds = Math.floor(timeMs / 1000);
    demand(Number.isInteger(seconds)); // not so for an invalid date
    tagged(0xc7, 1, 12); // timestamp 96
    tagged(-1, 4, (timeMs - 1000 * seconds) * 1_000_000);
    whole(8, seconds);
  };
  const list = (items: readonly unknown[], depth: number): void => {
    size(items.length, 0x90, 16, undefined, 0xdc);
    for (const each of items) item(each, depth); // a hole is undefined, and refused like it
    demand(Reflect.ownKeys(items).length === items.length + 1); // or it has properties that would be lost
  };
  const map = (object: object, depth: number): void => {
    demand(isPlain(object));
    const entries = Object.entries(object).filter(([, value]) => value !== undefined);
    size(entries.length, 0x80, 16, undefined, 0xde);
    for (const [key, value] of entries) {
      demand(key !== '__proto__');
      text(key);
      item(value, depth);
    }
  };
  const item = (value: unknown, depth: number): void => {
    if (value === null) whole(1, 0xc0);
    else if (typeof value === 'boolean') whole(1, value ? 0xc3 : 0xc2);
    else if (typeof value === 'number') number(value);
    else if (typeof value === 'string') text(value);
    else if (isBytes(value)) {
      size(value.byteLength, 0, 0, 0xc4, 0xc5);
      raw(value);
    } else if (Object.prototype.toString.call(value) === '[object Date]') {
      date(Date.prototype.getTime.call(value)); // throws where the object only says that it is a date
    } else {
      demand(typeof value === 'object' && depth < maxDepth);
      if (Array.isArray(value)) list(value, depth + 1);
      else map(value, depth + 1);
    }
  };

  item(value, 0);
  return bytes.slice(0, length);
}

/** Whether an object is a plain one, of any realm, with nothing that `Object.entries` would miss. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object);
  const ofObject =
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf'));
  return ofObject && Object.getOwnPropertySymbols(object).length === 0;
}
