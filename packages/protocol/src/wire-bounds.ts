/**
 * Whether MessagePack bytes are one whole value, at most `maxDepth` deep, that claims no more elements than it has
 * bytes. Run before the decoder, which reserves memory for what a header claims.
 */
export function isWithinBounds(bytes: Uint8Array, maxDepth: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const open: number[] = [1]; // values still due at each level; the outermost level is due one
  let at = 0;
  while (open.length > 0) {
    const level = open.length - 1;
    if (open[level] === 0) {
      open.pop();
      continue;
    }
    open[level] = (open[level] as number) - 1;
    const header = readHeader(view, at);
    if (header === undefined) return false;
    at += header.bytes;
    if (at > bytes.byteLength || header.elements > bytes.byteLength - at) return false;
    if (header.elements > 0) {
      if (open.length > maxDepth) return false;
      open.push(header.elements);
    }
  }
  return at === bytes.byteLength;
}

/** How many bytes a value takes before its elements, and how many elements follow. */
interface Header {
  readonly bytes: number;
  readonly elements: number;
}

const leaf = (bytes: number): Header => ({ bytes, elements: 0 });

// MessagePack specification, section "Formats", first bytes 0xc0 to 0xdf: bytes of a leaf, or of the length that follows.
const FIXED: Readonly<Record<number, number>> = {
  0xc0: 1, 0xc2: 1, 0xc3: 1, 0xca: 5, 0xcb: 9, 0xcc: 2, 0xcd: 3, 0xce: 5, 0xcf: 9, 0xd0: 2, 0xd1: 3, 0xd2: 5,
  0xd3: 9, 0xd4: 3, 0xd5: 4, 0xd6: 6, 0xd7: 10, 0xd8: 18,
}; // prettier-ignore
const SIZED: Readonly<Record<number, { readonly lengthBytes: 1 | 2 | 4; readonly extra: number }>> = {
  0xc4: { lengthBytes: 1, extra: 0 }, 0xc5: { lengthBytes: 2, extra: 0 }, 0xc6: { lengthBytes: 4, extra: 0 },
  0xc7: { lengthBytes: 1, extra: 1 }, 0xc8: { lengthBytes: 2, extra: 1 }, 0xc9: { lengthBytes: 4, extra: 1 },
  0xd9: { lengthBytes: 1, extra: 0 }, 0xda: { lengthBytes: 2, extra: 0 }, 0xdb: { lengthBytes: 4, extra: 0 },
}; // prettier-ignore

function readHeader(view: DataView, at: number): Header | undefined {
  if (at >= view.byteLength) return undefined;
  const first = view.getUint8(at);
  if (first < 0x80 || first >= 0xe0) return leaf(1);
  if (first < 0x90) return { bytes: 1, elements: 2 * (first & 0x0f) };
  if (first < 0xa0) return { bytes: 1, elements: first & 0x0f };
  if (first < 0xc0) return leaf(1 + (first & 0x1f));
  const fixed = FIXED[first];
  if (fixed !== undefined) return leaf(fixed);
  const sized = SIZED[first];
  if (sized) {
    const length = readLength(view, at + 1, sized.lengthBytes);
    return length === undefined ? undefined : leaf(1 + sized.lengthBytes + sized.extra + length);
  }
  if (first < 0xdc) return undefined; // 0xc1 is never used
  const lengthBytes = first % 2 === 0 ? 2 : 4; // 0xdc array 16, 0xdd array 32, 0xde map 16, 0xdf map 32
  const count = readLength(view, at + 1, lengthBytes);
  return count === undefined ? undefined : { bytes: 1 + lengthBytes, elements: first >= 0xde ? 2 * count : count };
}

function readLength(view: DataView, at: number, bytes: 1 | 2 | 4): number | undefined {
  if (at + bytes > view.byteLength) return undefined;
  if (bytes === 1) return view.getUint8(at);
  return bytes === 2 ? view.getUint16(at) : view.getUint32(at);
}
