import { batchedBytes, decodeBatch, encodeBatch, MAX_BATCH_BYTES } from '@conclave/protocol';
import fc from 'fast-check';

import { fill, hex } from './support/actors.js';

const bad = { ok: false, code: 'link/bad-frame' };

test('SPEC 8.2: frames travel together, each with its length before it, and come out as they went in', () => {
  expect(encodeBatch([hex('0102'), hex('03')])).toEqual(hex('0000000201020000000103'));
  const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(frames, (all) => {
      const batch = encodeBatch(all);
      expect(batch.byteLength).toBe(all.reduce((sum, frame) => sum + batchedBytes(frame), 0));
      const inside = Buffer.concat([fill(3, 9), batch, fill(3, 9)]).subarray(3, -3);
      const decoded = decodeBatch(inside);
      expect(decoded.ok && decoded.value.map((frame) => [...frame])).toEqual(all.map((frame) => [...frame]));
    }),
    { seed: 82, numRuns: 500 },
  );
});

test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array(0)],
  ['less than a length', hex('000000')],
  ['a frame that is cut short', hex('000000020a')],
  ['a frame that is empty', hex('00000000')],
  ['an empty frame after another one', hex('000000010a00000000')],
  ['bytes after the last frame', hex('000000010a0b')],
  ['a length of 2^32 - 1', hex('ffffffff0a')],
])('[B9] SPEC 8.3: a batch with %s is link/bad-frame', (_, bytes) => {
  expect(decodeBatch(bytes)).toEqual(bad);
});

test('[B9] SPEC 8.3: a batch of more than 80 KiB is data/too-large, unread', () => {
  expect(decodeBatch(fill(MAX_BATCH_BYTES + 1, 0))).toEqual({ ok: false, code: 'data/too-large' });
});
