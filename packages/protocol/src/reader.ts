import { fromUtf8 } from './bytes.js';
import type { Value } from './value.js';

/** The last moment that a `Date` can name, in milliseconds from 1970. */
const MAX_TIME_MS = 8.64e15;

/**
 * Reads MessagePack from an untrusted source: one whole value, nothing behind it, within SPEC 1.5 to 1.8.
 *
 * Throws at anything else. Memory is taken as elements arrive, never as a header claims, and bytes are copied, so
 * that a value holds nothing of the buffer that it came in.
 */
export function read(bytes: Uint8Array, maxDepth: number): Value {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  const take = (count: number): number => {
    const from = at;
    if (count > view.byteLength - from) throw new RangeError('cut short');
    at += count;
    return from;
  };
  const unsigned = (width: number): number => {
    const from = take(width);
    return width === 1 ? view.getUint8(from) : width === 2 ? view.getUint16(from) : view.getUint32(from);
  };
  const span = (count: number): Uint8Array =>
    new Uint8Array(view.buffer, view.byteOffset + take(count), count);
  const text = (count: number): string => fromUtf8(span(count));
  const big = (number: bigint): number => {
    if (!Number.isSafeInteger(Number(number))) throw new RangeError('not a whole number of JavaScript');
    return Number(number);
  };
  const list = (count: number, depth: number): Value => {
    if (depth >= maxDepth || count > view.byteLength - at) throw new RangeError('too deep, or cut short');
    const items: Value[] = [];
    while (items.length < count) items.push(item(depth + 1));
    return items;
  };
  const map = (count: number, depth: number): Value => {
    if (depth >= maxDepth || 2 * count > view.byteLength - at) throw new RangeError('too deep, or cut short');
    const object: Record<string, Value> = {};
    for (let left = count; left > 0; left--) {
      const key = item(maxDepth);
      if (typeof key !== 'string' || key === '__proto__' || Object.hasOwn(object, key))
        throw new TypeError('key');
      object[key] = item(depth + 1);
    }
    return object;
  };
  const date = (count: number): Value => {
    const type = view.getInt8(take(1));
    const from = take(count);
    const word = (offset: number): number => view.getUint32(from + offset);
    if (type !== -1 || (count !== 4 && count !== 8 && count !== 12))
      throw new TypeError('an unknown extension');
    const nanoseconds = count === 4 ? 0 : count === 8 ? word(0) >>> 2 : word(0);
    const seconds =
      count === 4
        ? word(0)
        : count === 8
          ? (word(0) & 3) * 2 ** 32 + word(4)
          : Number(view.getBigInt64(from + 4));
    const timeMs = 1000 * seconds + Math.floor(nanoseconds / 1_000_000);
    if (nanoseconds > 999_999_999 || Math.abs(timeMs) > MAX_TIME_MS) throw new RangeError('not a date');
    return new Date(timeMs);
  };
  const item = (depth: number): Value => {
    const first = unsigned(1);
    if (first < 0x80) return first;
    if (first < 0x90) return map(first & 0x0f, depth);
    if (first < 0xa0) return list(first & 0x0f, depth);
    if (first < 0xc0) return text(first & 0x1f);
    if (first >= 0xe0) return first - 0x100;
    // MessagePack specification, section "Formats": the low bits are the width of a length or a number.
    const width = 2 ** (first & 3);
    switch (first) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return first === 0xc3;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return new Uint8Array(span(unsigned(width)));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return date(unsigned(2 ** (first - 0xc7)));
      case 0xca:
        return view.getFloat32(take(4));
      case 0xcb:
        return view.getFloat64(take(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return unsigned(width);
      case 0xcf:
        return big(view.getBigUint64(take(8)));
      case 0xd0:
        return view.getInt8(take(1));
      case 0xd1:
        return view.getInt16(take(2));
      case 0xd2:
        return view.getInt32(take(4));
      case 0xd3:
        return big(view.getBigInt64(take(8)));
      case 0xd6:
      case 0xd7:
        return date(width);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return text(unsigned(2 ** (first - 0xd9)));
      case 0xdc:
      case 0xdd:
        return list(unsigned(2 * (first - 0xdb)), depth);
      case 0xde:
      case 0xdf:
        return map(unsigned(2 * (first - 0xdd)), depth);
      default:
        throw new TypeError('an unknown format');
    }
  };

  const value = item(0);
  if (at !== view.byteLength) throw new RangeError('bytes behind the value');
  return value;
}
