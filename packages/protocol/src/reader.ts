import { fromUtf8 } from './bytes.js';
import { demand } from './demand.js';
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
    demand(count <= bytes.byteLength - from);
    at += count;
    return from;
  };
  const span = (count: number): Uint8Array => bytes.subarray(take(count), at);
  const text = (count: number): string => fromUtf8(span(count));
  /** Exact, or refused: what is beyond the whole numbers of JavaScript only grows while it is read. */
  const whole = (width: number, signed = false): number => {
    let next = take(width);
    let number = signed && (bytes[next] as number) >= 0x80 ? -1 : 0;
    while (next < at) number = 0x100 * number + (bytes[next++] as number);
    demand(Number.isSafeInteger(number));
    return number;
  };
  const list = (count: number, depth: number): Value => {
    demand(depth < maxDepth && count <= bytes.byteLength - at);
    const items: Value[] = [];
    while (items.length < count) items.push(item(depth + 1));
    return items;
  };
  const map = (count: number, depth: number): Value => {
    demand(depth < maxDepth && 2 * count <= bytes.byteLength - at);
    const object: Record<string, Value> = {};
    for (let left = count; left > 0; left--) {
      const key = item(maxDepth);
      demand(typeof key === 'string' && key !== '__proto__' && !Object.hasOwn(object, key));
      object[key] = item(depth + 1);
    }
    return object;
  };
  const date = (count: number): Value => {
    demand(whole(1) === 0xff && (count === 4 || count === 8 || count === 12));
    const first = whole(4);
    const [nanoseconds, seconds] =
      count === 4
        ? [0, first]
        : count === 8
          ? [first >>> 2, (first & 3) * 2 ** 32 + whole(4)]
          : [first, whole(8, true)];
    const timeMs = 1000 * seconds + Math.floor(nanoseconds / 1_000_000);
    demand(nanoseconds <= 999_999_999 && Math.abs(timeMs) <= MAX_TIME_MS);
    return new Date(timeMs);
  };
  const item = (depth: number): Value => {
    const first = whole(1);
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
        return new Uint8Array(span(whole(width)));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return date(whole(2 ** (first - 0xc7)));
      case 0xca:
        return view.getFloat32(take(4));
      case 0xcb:
        return view.getFloat64(take(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return whole(width);
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return whole(width, true);
      case 0xd6:
      case 0xd7:
        return date(width);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return text(whole(2 ** (first - 0xd9)));
      case 0xdc:
      case 0xdd:
        return list(whole(2 * (first - 0xdb)), depth);
      case 0xde:
      case 0xdf:
        return map(whole(2 * (first - 0xdd)), depth);
    }
    throw new TypeError('an unknown format');
  };

  const value = item(0);
  demand(at === bytes.byteLength);
  return value;
}
