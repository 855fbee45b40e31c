import {
  decodeControlFrame,
  decodeDataFrame,
  decodePathFrame,
  encodeControlFrame,
  encodeDataFrame,
  encodePathFrame,
  isPathFrame,
  LANES,
  MAX_CONTROL_FRAME_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_SDP_BYTES,
  type ControlFrame,
  type DataFrame,
} from '@conclave/protocol';
import fc from 'fast-check';

import { pack } from '../src/packing.js';
import { fill, hex } from './support/actors.js';
import { controlFrames, dataFrames } from './support/messages.js';
import { table, vector } from './support/spec.js';

const bad = { ok: false, code: 'link/bad-frame' };
const count = fc.maxSafeInteger().map(Math.abs);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const payload = fc.uint8Array({ maxLength: 50 }).map((bytes) => new Uint8Array(bytes));
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((some) => new Uint8Array(some));
const is = fc.constantFrom('waits' as const, 'handled' as const, 'dropped' as const);
const verdicts = fc.array(fc.record({ counter: count, is }, { noNullPrototype: true }), { maxLength: 20 });
const dataFrame: fc.Arbitrary<DataFrame> = fc.oneof(
  fc.record(
    { type: fc.constantFrom('message' as const, 'answer' as const), request: u32, counter: count, payload },
    { noNullPrototype: true },
  ),
  fc.record({ type: fc.constant('ack' as const), counter: count, verdicts }, { noNullPrototype: true }),
  fc.record(
    { type: fc.constant('resume' as const), near: bytes(8), far: bytes(8), counter: count, verdicts },
    { noNullPrototype: true },
  ),
  fc.record(
    { type: fc.constant('seal' as const), transfer: u32, offset: count, payload: bytes(32) },
    { noNullPrototype: true },
  ),
  fc.record({ type: fc.constant('lossy' as const), request: u32, payload }, { noNullPrototype: true }),
  fc.record(
    { type: fc.constant('bulk' as const), transfer: u32, offset: count, sentAtUs: u32, payload },
    { noNullPrototype: true },
  ),
);

describe('control frames', () => {
  test('SPEC 7.1: every frame arrives as it was sent, and all are in the document', () => {
    for (const frame of controlFrames) {
      expect(decodeControlFrame(encodeControlFrame(frame))).toEqual({ ok: true, value: frame });
    }
    const rows = table('frame');
    expect(rows.map(([t]) => t)).toEqual([...new Set(controlFrames.map(({ t }) => t))]);
    for (const frame of controlFrames) {
      const keys =
        rows
          .find(([t]) => t === frame.t)?.[1]
          ?.replaceAll(/\([^)]*\)/g, '')
          .split(',') ?? [];
      expect(keys.map((key) => key.trim()).filter(Boolean)).toEqual(
        Object.keys(frame).filter((key) => key !== 't'),
      );
    }
  });

  test('[B9] SPEC 7.1: a frame without one of its keys, or with another form of it, is link/bad-frame', () => {
    for (const frame of controlFrames) {
      for (const key of Object.keys(frame)) {
        for (const wrong of [undefined, null, { length: 64 }, 'constructor', -1, 2 ** 32, 1.5, fill(31, 0)]) {
          const isFree = key === 'sdp' || (frame.t === 'file' && ['name', 'type'].includes(key));
          if (isFree && typeof wrong === 'string') continue; // any text will do here
          if (['size', 'from', 'bytes'].includes(key) && wrong === 2 ** 32) continue; // files may be larger
          expect(decodeControlFrame(pack({ ...frame, [key]: wrong }))).toEqual(bad);
        }
      }
    }
  });

  test('[B9] SPEC 7.1: what is no frame at all is link/bad-frame', () => {
    const frames = [
      null,
      1,
      'beat',
      [],
      {},
      ['beat'],
      new Date(0),
      { t: 'constructor' },
      { t: '__proto__' },
      { t: 'close' },
      { t: ['beat'] },
      { t: 1 },
      { T: 'beat' },
    ];
    for (const frame of frames) expect(decodeControlFrame(pack(frame))).toEqual(bad);
    expect(decodeControlFrame(hex('82a174a462656174a95f5f70726f746f5f5f80'))).toEqual(bad); // { t: 'beat', __proto__: {} }
    expect(decodeControlFrame(hex('82a174a462656174a174a3627965'))).toEqual(bad); // { t: 'beat', t: 'bye' }
    expect(decodeControlFrame(new Uint8Array(0))).toEqual(bad);
  });

  test('SPEC 7.3: a description travels as text or packed, and packed as bytes of at most 64 KiB', () => {
    const frame = { t: 'describe', type: 'offer', revision: 1, sdp: '', plays: [] };
    const packed = fill(MAX_SDP_BYTES, 1);
    expect(decodeControlFrame(pack({ ...frame, packed }))).toEqual({ ok: true, value: { ...frame, packed } });
    for (const wrong of [fill(MAX_SDP_BYTES + 1, 1), 'x', null, [1]])
      expect(decodeControlFrame(pack({ ...frame, packed: wrong }))).toEqual(bad);
  });

  test('SPEC 7.2: a description of the full size fits, and a frame beyond 72 KiB is data/too-large, unread', () => {
    const sdp = 'x'.repeat(MAX_SDP_BYTES);
    const frame: ControlFrame = { t: 'describe', type: 'offer', revision: 1, sdp, plays: [] };
    expect(decodeControlFrame(encodeControlFrame(frame)).ok).toBe(true);
    expect(decodeControlFrame(pack({ ...frame, sdp: `${sdp}x` }))).toEqual(bad);
    expect(decodeControlFrame(fill(MAX_CONTROL_FRAME_BYTES + 1, 0xc1))).toEqual({
      ok: false,
      code: 'data/too-large',
    });
  });
});

describe('data frames', () => {
  const seal: DataFrame = { type: 'seal', transfer: 1, offset: 1, payload: fill(32, 1) };
  test('SPEC 8.1: the lanes have the ids of the document', () => {
    expect(LANES).toEqual({ control: 0, messages: 1, lossy: 2, bulk: 3 });
  });

  test('SPEC 8.2: the frames are laid out as in the document', () => {
    const two = fill(2, 0xab);
    expect(encodeDataFrame({ type: 'message', request: 7, counter: 2 ** 40, payload: two })).toEqual(
      vector('frame.message'),
    );
    const verdicts = [{ counter: 8, is: 'dropped' }] as const;
    expect(encodeDataFrame({ type: 'ack', counter: 9, verdicts })).toEqual(vector('frame.ack'));
    expect(encodeDataFrame({ type: 'answer', request: 7, counter: 2 ** 40, payload: two })).toEqual(
      vector('frame.answer'),
    );
    expect(encodeDataFrame({ type: 'seal', transfer: 7, offset: 9, payload: fill(32, 0x10) })).toEqual(
      vector('frame.seal'),
    );
    const [near, far] = [fill(8, 0x0e), fill(8, 0x0f)];
    expect(encodeDataFrame({ type: 'resume', near, far, counter: 9, verdicts })).toEqual(
      vector('frame.resume'),
    );
    expect(encodeDataFrame({ type: 'lossy', request: 7, payload: two })).toEqual(vector('frame.lossy'));
    expect(encodeDataFrame({ type: 'bulk', transfer: 7, offset: 9, sentAtUs: 0x102, payload: two })).toEqual(
      vector('frame.bulk'),
    );
  });

  test('SPEC 8.2: every frame arrives as it was sent, also from the middle of a buffer', () => {
    for (const frame of dataFrames)
      expect(decodeDataFrame(encodeDataFrame(frame))).toEqual({ ok: true, value: frame });
    fc.assert(
      fc.property(dataFrame, (frame) => {
        const bytes = Buffer.concat([fill(3, 9), encodeDataFrame(frame), fill(3, 9)]).subarray(3, -3);
        expect(decodeDataFrame(bytes)).toEqual({ ok: true, value: frame });
      }),
      { seed: 82, numRuns: 2000 },
    );
  });

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['another type', fill(20, 8)],
    ['type 0', fill(20, 0)],
    ['a cut message', hex('01000000070000010000000000').subarray(0, 12)],
    ['a cut ack', hex('0200000000000000')],
    ['a cut lossy', hex('03000000')],
    ['a cut bulk', hex('0400000007')],
    ['a bulk without its time', hex('04000000070000000000000009000001')],
    ['an ack that ends within a verdict', hex('02000000000000000900')],
    ['an ack with a word that is none', hex('020000000000000009000000000000000803')],
    ['an ack with a verdict on 2^53', hex('020000000000000009002000000000000002')],
    ['an ack with too many verdicts', Buffer.concat([hex('020000000000000009'), fill(9 * 2049, 0)])],
    ['a cut seal', encodeDataFrame(seal).subarray(0, -1)],
    ['a seal that is too long', Buffer.concat([encodeDataFrame(seal), fill(1, 0)])],
    ['a cut answer', hex('06000000070000010000000000').subarray(0, 12)],
    ['a cut resume', fill(24, 7)],
    ['a counter of 2^53', hex('01000000070020000000000000')],
    ['the largest counter', hex('02ffffffffffffffff')],
    ['an offset of 2^53', hex('04000000070020000000000000')],
  ])('[B9] SPEC 8.3: %s is link/bad-frame', (_, bytes) => {
    expect(decodeDataFrame(bytes)).toEqual(bad);
  });

  test('SPEC 8.3: a payload of 64 KiB passes, one byte more is data/too-large', () => {
    const largest = encodeDataFrame({ type: 'lossy', request: 1, payload: fill(MAX_MESSAGE_BYTES, 1) });
    expect(decodeDataFrame(largest).ok).toBe(true);
    expect(decodeDataFrame(Buffer.concat([largest, fill(1, 1)]))).toEqual({
      ok: false,
      code: 'data/too-large',
    });
  });

  test.each<DataFrame>([
    { type: 'ack', counter: -1, verdicts: [] },
    { type: 'ack', counter: 0.5, verdicts: [] },
    { type: 'ack', counter: 2 ** 53, verdicts: [] },
    { type: 'ack', counter: Number.NaN, verdicts: [] },
    { type: 'ack', counter: 1, verdicts: [{ counter: 2 ** 53, is: 'waits' }] },
    { type: 'ack', counter: 1, verdicts: Array.from({ length: 2049 }, () => ({ counter: 1, is: 'waits' })) },
    { type: 'resume', near: fill(9, 0), far: fill(8, 0), counter: 1, verdicts: [] },
    { type: 'resume', near: fill(8, 0), far: fill(7, 0), counter: 1, verdicts: [] },
    { type: 'seal', transfer: 1, offset: 1, payload: fill(31, 0) },
    { type: 'lossy', request: 2 ** 32, payload: fill(0, 0) },
    { type: 'lossy', request: -1, payload: fill(0, 0) },
    { type: 'bulk', transfer: 0.5, offset: 0, sentAtUs: 0, payload: fill(0, 0) },
    { type: 'bulk', transfer: 1, offset: 0, sentAtUs: 2 ** 32, payload: fill(0, 0) },
    { type: 'message', request: 1, counter: 1, payload: fill(MAX_MESSAGE_BYTES + 1, 0) },
  ])('SPEC 8.4: the encoder throws at frame %#, which could not be decoded', (frame) => {
    expect(() => encodeDataFrame(frame)).toThrow(RangeError);
  });
});

describe('path frames', () => {
  const report = {
    type: 'report',
    minDelayUs: 1,
    medianDelayUs: 2,
    bytes: 3,
    packets: 4,
    isTimeCritical: true,
  } as const;
  const probe = { type: 'probe', train: 7, of: 4, sentAtUs: 0x102, padding: 1 } as const;
  const spread = { type: 'spread', train: 7, packets: 3, bytes: 1234, spreadUs: 0x102 } as const;

  test('SPEC 8.9: the frames are laid out as in the document, and arrive as they were sent', () => {
    for (const frame of [report, probe, spread]) {
      const bytes = encodePathFrame(frame);
      expect(bytes).toEqual(vector(`frame.${frame.type}`));
      expect(isPathFrame(bytes)).toBe(true);
      const within = Buffer.concat([fill(3, 9), bytes, fill(3, 9)]).subarray(3, -3);
      expect(decodePathFrame(within)).toEqual({ ok: true, value: frame });
    }
    expect(isPathFrame(encodeDataFrame({ type: 'lossy', request: 1, payload: fill(1, 1) }))).toBe(false);
  });

  test('SPEC 8.9: a sum or a time that has grown beyond 32 bits is told modulo 2^32', () => {
    const bytes = encodePathFrame({ ...report, bytes: 2 ** 32 + 5, minDelayUs: -1 });
    expect(decodePathFrame(bytes)).toMatchObject({ value: { bytes: 5, minDelayUs: 0xffff_ffff } });
  });

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['a cut report', encodePathFrame(report).subarray(0, -1)],
    ['a report that is too long', Buffer.concat([encodePathFrame(report), fill(1, 0)])],
    ['a report with another flag', Buffer.concat([encodePathFrame(report).subarray(0, -1), fill(1, 2)])],
    ['a cut probe', encodePathFrame({ ...probe, padding: 0 }).subarray(0, -1)],
    [
      'a probe of more than a packet',
      Buffer.concat([encodePathFrame({ ...probe, padding: 1_200 }), fill(1, 0)]),
    ],
    ['a cut spread', encodePathFrame(spread).subarray(0, -1)],
    ['another type', fill(18, 11)],
  ])('[B9] SPEC 8.9: %s is link/bad-frame', (_, bytes) => {
    expect(decodePathFrame(bytes)).toEqual(bad);
  });

  test('[B9] SPEC 8.9: whatever the bytes, the decoder answers, and what it takes is encoded to the same bytes', () => {
    const some = fc.tuple(fc.integer({ min: 7, max: 11 }), fc.uint8Array({ maxLength: 1_300 }));
    fc.assert(
      fc.property(some, ([type, rest]) => {
        const bytes = new Uint8Array([type, ...rest]);
        const decoded = decodePathFrame(bytes);
        if (decoded.ok && decoded.value.type !== 'probe')
          expect(encodePathFrame(decoded.value)).toEqual(bytes);
      }),
      { seed: 89, numRuns: 3_000 },
    );
  });
});

describe('demands', () => {
  test('[B9] SPEC 7.1: a demand names what it limits, above 0 and up to its bound', () => {
    const most = { t: 'demand', request: 1, maxHeight: 4_320, maxFramerate: 240, weight: 100 } as const;
    expect(decodeControlFrame(encodeControlFrame(most))).toEqual({ ok: true, value: most });
    for (const key of ['maxHeight', 'maxFramerate', 'weight'] as const)
      for (const wrong of [0, -1, most[key] + 1, Number.NaN, Infinity, '1', null])
        expect(decodeControlFrame(pack({ ...most, [key]: wrong }))).toEqual(bad);
  });
});
