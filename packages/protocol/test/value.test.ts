import { decode as decodeOracle, encode as encodeOracle } from '@msgpack/msgpack';
import { decodeValue, encodeValue, MAX_MESSAGE_BYTES, toHex, type Value } from '@conclave/protocol';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';

import { pack } from '../src/packing.js';
import { fill, hex } from './support/actors.js';
import { vector } from './support/spec.js';

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double(),
    fc.constantFrom(
      -0,
      31,
      32,
      127,
      128,
      255,
      256,
      65_535,
      65_536,
      2 ** 32 - 1,
      2 ** 32,
      -32,
      -33,
      -128,
      -129,
      2 ** 60,
    ),
    fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !/\p{Surrogate}/u.test(text)),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('value'), { maxLength: 20 }),
    fc
      .dictionary(fc.string({ maxLength: 6 }), fc.option(tie('value'), { nil: undefined }), {
        maxKeys: 20,
        noNullPrototype: true,
      })
      .filter((map) => !Object.hasOwn(map, '__proto__')),
  ),
}));

function encoded(input: unknown): Uint8Array {
  const result = encodeValue(input);
  if (!result.ok) throw new Error(result.code);
  return result.value;
}

function decoded(bytes: Uint8Array): Value {
  const result = decodeValue(bytes, MAX_MESSAGE_BYTES);
  if (!result.ok) throw new Error(result.code);
  return result.value;
}

const nested = (depth: number, inner: unknown = 1): unknown =>
  depth === 0 ? inner : [nested(depth - 1, inner)];

describe('values that can be sent', () => {
  test('SPEC 1.5: the encoding is the one of the document', () => {
    const input = { a: [1, -1, 'å', null, true], b: fill(2, 0xab), c: new Date(0), d: -0.5, e: 2 ** 40 };
    expect(encoded(input)).toEqual(vector('value'));
    expect(decoded(vector('value'))).toEqual(input);
  });

  test('SPEC 1.5: what arrives equals what was sent', () => {
    fc.assert(
      fc.property(value, (input) => {
        expect(decoded(encoded(input))).toEqual(input); // toEqual: an undefined property counts as absent
      }),
      { seed: 15, numRuns: 2000 },
    );
  });

  test('SPEC 1.5: another MessagePack implementation reads the same from it', () => {
    fc.assert(
      fc.property(value, (input) => {
        expect(decodeOracle(encoded(input))).toEqual(input);
      }),
      { seed: 16, numRuns: 2000 },
    );
  });

  test('SPEC 1.5: what another MessagePack implementation wrote is read the same', () => {
    fc.assert(
      fc.property(value, (input) => {
        const bytes = encodeOracle(input, { ignoreUndefined: true });
        expect(decoded(bytes)).toEqual(decodeOracle(bytes));
      }),
      { seed: 17, numRuns: 2000 },
    );
  });

  test.each([0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 53, -(2 ** 60)])(
    'SPEC 1.5: %p arrives as it is',
    (number) => {
      expect(Object.is(decoded(encoded(number)), number)).toBe(true);
    },
  );

  test.each(['', '\ufeffabc', '\ufeff'.repeat(300), '\u{1f600}'.repeat(100), '\0', 'x'.repeat(60_000)])(
    'SPEC 1.5: text %# arrives as it is',
    (text) => {
      expect(decoded(encoded(text))).toBe(text);
    },
  );

  test.each([0, -1, 1, 999, -62_135_596_800_000, 8.64e15, -8.64e15, 2 ** 34 * 1000, 1_700_000_000_123])(
    'SPEC 1.5: the date %d ms arrives as it is',
    (timeMs) => {
      expect(decoded(encoded(new Date(timeMs)))).toEqual(new Date(timeMs));
    },
  );

  test('SPEC 1.5: values of another realm are values', () => {
    const foreign: unknown = runInNewContext(
      '({ a: [1, new Date(5)], b: new Uint8Array([1, 2]), c: Object.create(null) })',
    );
    expect(decoded(encoded(foreign))).toEqual({ a: [1, new Date(5)], b: hex('0102'), c: {} });
  });

  test('SPEC 1.5: keys that objects inherit are keys like any other', () => {
    const input = { constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: null };
    const output = decoded(encoded(input));
    expect(output).toEqual(input);
    expect(Object.keys(output as object)).toHaveLength(4);
  });

  const cyclic: unknown[] = [];
  cyclic.push({ cyclic });
  class Point {
    readonly x = 1;
  }
  const proto: unknown = JSON.parse('{"__proto__": 1}');
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['undefined in an array', [undefined]],
    ['a hole', [1, , 2]], // eslint-disable-line no-sparse-arrays
    ['a sparse array', Object.assign([], { length: 1e9 })],
    ['an array with properties', Object.assign([1], { index: 0 })],
    ['a match', /a/.exec('a')],
    ['a function', () => 1],
    ['a toJSON', { toJSON: () => 1 }],
    ['a symbol', Symbol('a')],
    ['a symbol key', { [Symbol('a')]: 1 }],
    ['a bigint', 1n],
    ['a class instance', new Point()],
    ['an object with inherited keys', Object.create({ a: 1 })],
    ['a map', new Map([['a', 1]])],
    ['a set', new Set([1])],
    ['an error', new Error('a')],
    ['a regular expression', /a/],
    ['a promise', Promise.resolve()],
    ['a boxed number', Object(1)],
    ['a boxed string', Object('a')],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['a Float32Array', new Float32Array(1)],
    ['a clamped array', new Uint8ClampedArray(1)],
    ['what claims to be bytes', { [Symbol.toStringTag]: 'Uint8Array' }],
    ['what claims to be a date', Object.assign(Object.create({ [Symbol.toStringTag]: 'Date' }), {})],
    ['an invalid date', new Date(Number.NaN)],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone low surrogate', '\ude00a'],
    ['a lone surrogate in a long text', `${'a'.repeat(500)}\ud83d`],
    ['a lone surrogate as a key', { '\ud83d': 1 }],
    ['a key __proto__', proto],
    ['a cycle', cyclic],
    ['a nesting of 21', nested(21)],
    ['a nesting of 100,000', deep],
    ['an empty array at depth 21', nested(20, [])],
    [
      'a getter that throws',
      {
        get a(): number {
          throw new Error('no');
        },
      },
    ],
  ])('SPEC 1.6: %s is data/unsupported-value, at the top and inside', (_, input) => {
    for (const wrapped of [input, [input], { a: 1, b: [[input]] }]) {
      expect(encodeValue(wrapped)).toEqual({ ok: false, code: 'data/unsupported-value' });
    }
  });

  test('SPEC 1.6: a value of more bytes than allowed is data/too-large', () => {
    expect(encodeValue(fill(MAX_MESSAGE_BYTES - 5, 0)).ok).toBe(true);
    expect(encodeValue(fill(MAX_MESSAGE_BYTES, 0))).toEqual({ ok: false, code: 'data/too-large' });
    expect(encodeValue('x'.repeat(101), 100)).toEqual({ ok: false, code: 'data/too-large' });
    expect(encodeValue([1, 2, 3], 4).ok).toBe(true);
    expect(encodeValue([1, 2, 3], 3)).toEqual({ ok: false, code: 'data/too-large' });
  });

  test('SPEC 1.6: an object that contains itself ten times at each level ends at the size limit', () => {
    let bomb: unknown = 'x';
    for (let depth = 0; depth < 16; depth++) bomb = Array.from({ length: 10 }, () => bomb);
    expect(encodeValue(bomb)).toEqual({ ok: false, code: 'data/too-large' });
  });
});

describe('values that arrive', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['a byte behind the value', 'c0c0'],
    ['the format 0xc1', 'c1'],
    ['a cut number', 'cd01'],
    ['a cut float', 'cb00000000000000'],
    ['a cut text', 'a3e282'],
    ['cut bytes', 'c40201'],
    ['a cut array', '9201'],
    ['a cut map', '8161'],
    ['a map without its last value', '81a161'],
    ['a cut length', 'dc00'],
    ['an array of 4 G elements', 'ddffffffff'],
    ['a map of 4 G entries', 'dfffffffff'],
    ['a text of 4 GB', 'dbffffffff'],
    ['bytes of 4 GB', 'c6ffffffff'],
    ['an extension of 4 GB', 'c9ffffffffff'],
    ['an unknown extension', 'd40100'],
    ['an unknown extension of 16 bytes', `d801${'00'.repeat(16)}`],
    ['an unknown extension of the length of a timestamp', 'd60100000000'],
    ['an empty timestamp', 'c700ff'],
    ['a timestamp of another length', 'c703ff000000'],
    ['a timestamp with too many nanoseconds', 'd7ffee6b280000000000'],
    ['a timestamp of a second in nanoseconds', `c70cff3b9aca00${'00'.repeat(8)}`],
    ['a date out of range', 'c70cff000000007fffffffffffffff'],
    ['an integer of 2^53', 'cf0020000000000000'],
    ['the largest integer', 'cfffffffffffffffff'],
    ['an integer of -2^53', 'd3ffe0000000000000'],
    ['the smallest integer', 'd38000000000000000'],
    ['invalid UTF-8', 'a1ff'],
    ['an encoded surrogate', 'a3eda080'],
    ['an overlong text', 'a2c0af'],
    ['invalid UTF-8 in a key', '81a1ff01'],
    ['a number as a key', '810101'],
    ['null as a key', '81c001'],
    ['bytes as a key', '81c4016101'],
    ['an array as a key', '819001'],
    ['a map as a key', '818001'],
    ['a key __proto__', '81a95f5f70726f746f5f5f80'],
    ['a key __proto__ in a longer form', '81d9095f5f70726f746f5f5f80'],
    ['a key twice', '82a16101a16102'],
    ['a key twice in two forms', '82a16101d9016102'],
    ['a nesting of 21 arrays', `${'91'.repeat(21)}c0`],
    ['a nesting of 21 maps', `${'81a161'.repeat(21)}c0`],
    ['an empty array at depth 21', `${'91'.repeat(20)}90`],
  ])('SPEC 1.7: %s is refused', (_, bytes) => {
    expect(decodeValue(hex(bytes), MAX_MESSAGE_BYTES)).toEqual({ ok: false, code: 'link/bad-frame' });
    expect(decodeValue(hex(`92c0${bytes}`), MAX_MESSAGE_BYTES).ok).toBe(false);
  });

  test.each<[string, string, Value]>([
    ['a number in eight bytes', 'cf0000000000000001', 1],
    ['the largest safe integer', 'cf001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['the smallest safe integer', 'd3ffe0000000000001', Number.MIN_SAFE_INTEGER],
    ['a short float', 'ca3f000000', 0.5],
    ['small negative numbers', '93d0ffd1ffffd2ffffffff', [-1, -1, -1]],
    ['a long header of a text', 'db0000000161', 'a'],
    ['a long header of bytes', 'c60000000161', hex('61')],
    ['a long header of an array', 'dd00000001c0', [null]],
    ['a long header of a map', 'df00000001a161c3', { a: true }],
    ['a timestamp of 32 bits', 'd6ff00000001', new Date(1000)],
    ['a timestamp of 64 bits', 'd7ff0000000200000000', new Date(2 ** 33 * 1000)],
    ['a timestamp in a long header', 'c90000000cff000f424000000000000000ff', new Date(255_001)],
  ])('SPEC 1.7: %s is accepted', (_, bytes, expected) => {
    expect(decodeValue(hex(bytes), MAX_MESSAGE_BYTES)).toEqual({ ok: true, value: expected });
  });

  test('SPEC 1.8: twenty levels are read, and bytes past the limit are not looked at', () => {
    expect(decodeValue(hex(`${'91'.repeat(20)}c0`), 100).ok).toBe(true);
    expect(encodeValue(nested(20)).ok).toBe(true);
    expect(decodeValue(fill(101, 0xc0), 100)).toEqual({ ok: false, code: 'data/too-large' });
  });

  test('SPEC 1.8: bombs end within 2 s and 64 MiB', () => {
    const bombs = [
      fill(MAX_MESSAGE_BYTES, 0x91), // an array in an array in an array
      fill(MAX_MESSAGE_BYTES, 0x81),
      fill(MAX_MESSAGE_BYTES, 0xdd),
      hex(`dd0000fff0${'dd0000ffe0'.repeat(19)}${'90'.repeat(60_000)}`),
      hex(`dc8000${'80'.repeat(0x8000)}`),
      hex(
        `df00003fff${Array.from({ length: 0x3fff }, (_, i) => `a2${(i + 0x4040).toString(16)}c0`).join('')}`,
      ),
      hex('ddffffffff'),
    ];
    const before = process.memoryUsage().heapUsed;
    const begin = performance.now();
    for (const bomb of bombs) for (let i = 0; i < 10; i++) decodeValue(bomb, MAX_MESSAGE_BYTES);
    expect(performance.now() - begin).toBeLessThan(2000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('SPEC 1.8: bytes that arrive are copies, also out of a pooled Buffer', () => {
    const wire = Buffer.from('c402abab', 'hex');
    const result = decodeValue(wire, 100);
    wire.fill(0);
    const bytes = result.ok ? (result.value as Uint8Array) : fill(0, 0);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(toHex(bytes)).toBe('abab');
    expect(bytes.buffer.byteLength).toBe(2);
  });

  test('SPEC 1.9: a message is mended where a value is refused', () => {
    expect(decoded(pack({ a: 'x\ud800', b: undefined }))).toEqual({ a: 'x\ufffd' });
    expect(() => pack({ a: 1n })).toThrow(TypeError);
  });
});
