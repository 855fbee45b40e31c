import { canonical, equalBytes, fromHex, fromUtf8, toHex, utf8, type Field } from '@conclave/protocol';
import fc from 'fast-check';

import { fill, hex } from './support/actors.js';
import { vector } from './support/spec.js';

const field: fc.Arbitrary<Field> = fc.oneof(
  fc.uint8Array({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom<Field>('', new Uint8Array(0), 0, '\0\0\0\0', fill(4, 0)),
);
const shown = (fields: readonly Field[]): string =>
  JSON.stringify(fields.map((item) => (item instanceof Uint8Array ? { bytes: toHex(item) } : item)));

describe('bytes', () => {
  test('SPEC 1.1: text survives UTF-8, a byte order mark included', () => {
    for (const text of ['', 'å', '\u{1f600}', '\ufeffabc', '\0']) expect(fromUtf8(utf8(text))).toBe(text);
  });

  test.each(['ff', 'c0af', 'eda080', 'e282', 'f8888080', 'c3'])(
    'SPEC 1.1: the invalid UTF-8 %s is refused',
    (bytes) => {
      expect(() => fromUtf8(hex(bytes))).toThrow(expect.objectContaining({ name: 'TypeError' }));
    },
  );

  test('SPEC 1.2: the canonical encoding is the one of the document', () => {
    expect(canonical([fill(2, 0xab), 'å', 7, '', new Uint8Array(0)])).toEqual(vector('canonical'));
  });

  test('SPEC 1.2: two different lists of fields have different encodings', () => {
    const lists = fc.array(field, { maxLength: 4 });
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        expect(toHex(canonical(a)) === toHex(canonical(b))).toBe(shown(a) === shown(b));
      }),
      { seed: 12, numRuns: 5000 },
    );
  });

  test.each<[string, Field[], Field[]]>([
    ['text and its bytes', ['abc'], [utf8('abc')]],
    ['a number and its bytes', [1], [hex('00000001')]],
    ['two fields and one', ['a', 'b'], ['ab']],
    ['where a field ends', ['ab', 'c'], ['a', 'bc']],
    ['an empty field and none', [''], []],
    ['a field that looks like two', [hex('01 00000001 61')], ['a', new Uint8Array(0)]],
  ])('SPEC 1.2: %s are told apart', (_, a, b) => {
    expect(canonical(a)).not.toEqual(canonical(b));
  });

  test('SPEC 1.3: a lone surrogate is refused, since it would be encoded as U+FFFD', () => {
    expect(() => canonical(['\ud800'])).toThrow(TypeError);
    expect(() => canonical(['a\udc00b'])).toThrow(TypeError);
    expect(canonical(['\ufffd'])).toHaveLength(8);
  });

  test.each([-1, -0, 0.5, 2 ** 32, Number.NaN, Infinity])(
    'SPEC 1.3: %p is no number of the canonical encoding',
    (value) => {
      expect(() => canonical([value])).toThrow(RangeError);
    },
  );

  test('SPEC 1.4: hexadecimal goes both ways', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
    expect(fromHex(toHex(bytes))).toEqual(bytes);
    expect(fromHex('')).toEqual(new Uint8Array(0));
  });

  test.each(['a', 'AB', '0x', 'ab\n', ' ab ', 'åå', '1e1', '+1', '-1'])(
    'SPEC 1.4: %p is not hexadecimal',
    (text) => {
      expect(fromHex(text)).toBeUndefined();
    },
  );

  test('equal bytes are equal, others are not', () => {
    expect(equalBytes(fill(3, 1), fill(3, 1))).toBe(true);
    expect(equalBytes(fill(3, 1), fill(4, 1))).toBe(false);
    expect(equalBytes(hex('010203'), hex('010202'))).toBe(false);
  });
});
