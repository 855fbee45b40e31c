const encoder = new TextEncoder();
// A byte order mark is text like any other: without `ignoreBOM` two byte strings would decode to the same text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Encodes a string as UTF-8; a lone surrogate becomes U+FFFD. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Decodes UTF-8. Throws a `TypeError` on an invalid sequence. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Joins byte strings end to end. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}

/** Lower-case hexadecimal, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** The bytes of a lower-case hexadecimal string, or `undefined` where it is not one. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Whether two byte strings are equal, in a time that depends on their lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  let difference = 0;
  for (let i = 0; i < a.byteLength; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Whether a string is Unicode text: none of its surrogates stands alone. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Whether a value is a `Uint8Array`, of whatever realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** A field of a {@link canonical} encoding: bytes, well-formed text, or an unsigned 32-bit number. */
export type Field = Uint8Array | string | number;

/**
 * The canonical encoding that is hashed or signed: each field as its type (one byte), its length (4 bytes, big
 * endian) and its bytes. Two different lists of fields never encode to the same bytes (SPEC 1.2).
 * Throws a `TypeError` for text with a lone surrogate, a `RangeError` for a number that is out of range.
 */
export function canonical(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  return concatBytes(
    ...fields.flatMap((field) => {
      const [type, bytes] = fieldBytes(field);
      return [Uint8Array.of(type), u32(bytes.byteLength), bytes];
    }),
  );
}

function fieldBytes(field: Field): [type: number, bytes: Uint8Array] {
  if (typeof field === 'number') return [2, u32(field)];
  if (typeof field !== 'string') return [0, field];
  if (!isWellFormed(field)) throw new TypeError('text with a lone surrogate');
  return [1, utf8(field)];
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  if (value >>> 0 !== value || Object.is(value, -0)) throw new RangeError(`not a 32-bit number: ${value}`);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
