import fc from 'fast-check';

/** Bytes that parsers stumble over: headers that claim too much, containers, extensions, the edges of numbers. */
const CLAIMS = [
  'ddffffffff', 'dfffffffff', 'dcffff', 'deffff', 'dbffffffff', 'c6ffffffff', 'c9ffffffffff', 'cfffffffffffffffff', 'd38000000000000000',
  'cb7ff8000000000000', 'cb8000000000000000', 'd7ffffffffffffffffff', 'c70cffffffffffffffffffffffff', 'd4010000', 'a95f5f70726f746f5f5f',
  'ab636f6e7374727563746f72', 'a3eda080', 'c1', '8f', '9f', '90', '80', 'a0', 'c0', '919191919191919191919191919191919191919191919191',
].map((text) => new Uint8Array(Buffer.from(text, 'hex'))); // prettier-ignore

const edit = fc.tuple(fc.nat(6), fc.nat(0xffff), fc.nat(0xffff), fc.nat(0xff));
const edits = fc.array(edit, { minLength: 1, maxLength: 6, size: 'max' });

/** Valid bytes with a few edits (flipped, set, cut, removed, inserted, doubled, spliced with another), or raw bytes. */
export function mutations(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edited = fc.tuple(fc.nat(valid.length - 1), edits).map(([index, list]) =>
    list.reduce((bytes, [kind, at, to, value]) => {
      const from = bytes.byteLength ? at % bytes.byteLength : 0;
      const end = from + (to % 16);
      switch (kind) {
        case 0:
          return with1(bytes, from, (old) => old ^ (1 << (value % 8)));
        case 1:
          return with1(bytes, from, () => value);
        case 2:
          return bytes.subarray(0, from);
        case 3:
          return joined(bytes.subarray(0, from), bytes.subarray(end));
        case 4:
          return joined(
            bytes.subarray(0, from),
            CLAIMS[value % CLAIMS.length] as Uint8Array,
            bytes.subarray(from),
          );
        case 5:
          return joined(bytes.subarray(0, end), bytes.subarray(from));
        default: {
          const other = valid[value % valid.length] as Uint8Array;
          return joined(bytes.subarray(0, from), other.subarray(to % other.byteLength));
        }
      }
    }, valid[index] as Uint8Array),
  );
  return fc.oneof({ arbitrary: edited, weight: 9 }, fc.uint8Array({ maxLength: 48 }));
}

function with1(bytes: Uint8Array, at: number, change: (old: number) => number): Uint8Array {
  const copy = new Uint8Array(bytes);
  if (copy.byteLength) copy[at] = change(copy[at] as number);
  return copy;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
