import { MAX_SDP_BYTES, utf8 } from '@conclave/protocol';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

import { packSdp, unpackSdp, type PackedSdp } from '../../src/link/packed-sdp.js';
import { description, fixture } from '../support/sdp.js';

const sdp = fixture('chromium', 'offer');

test('a description is deflated as zlib reads it, and comes back as it was', async () => {
  const message: PackedSdp & { revision: number } = { revision: 7, sdp };
  const packed = await packSdp(message);
  expect(packed).toMatchObject({ revision: 7, sdp: '' });
  expect(inflateRawSync(packed.packed ?? new Uint8Array()).toString()).toBe(sdp);
  expect(packed.packed?.byteLength).toBeLessThan(sdp.length / 2);
  expect(await unpackSdp(packed)).toEqual({ revision: 7, sdp });
});

test('a short description travels as text', async () => {
  const message = { sdp: description() };
  expect(await packSdp(message)).toEqual(message);
  expect(await unpackSdp(message)).toEqual(message);
});

test('a runtime that cannot deflate tells its descriptions as text', async () => {
  const { CompressionStream } = globalThis;
  Reflect.deleteProperty(globalThis, 'CompressionStream');
  try {
    expect(await packSdp({ sdp })).toEqual({ sdp });
  } finally {
    Object.assign(globalThis, { CompressionStream });
  }
});

test.each([
  ['is no deflated text', utf8(sdp)],
  ['breaks off', deflateRawSync(sdp).subarray(0, 60)],
  ['is empty', new Uint8Array()],
  ['inflates to one byte more than a description may have', deflateRawSync('x'.repeat(MAX_SDP_BYTES + 1))],
  ['inflates to a thousand times as much', deflateRawSync('x'.repeat(MAX_SDP_BYTES * 1_000))],
])('what %s is an empty description', async (_, packed) => {
  expect(await unpackSdp({ sdp: '', packed })).toEqual({ sdp: '' });
});

test('the longest description is inflated', async () => {
  const longest = 'x'.repeat(MAX_SDP_BYTES);
  expect(await unpackSdp({ sdp: '', packed: deflateRawSync(longest) })).toEqual({ sdp: longest });
});

test('text beside a packed description is not read, and bytes that are no UTF-8 harm nobody', async () => {
  expect(await unpackSdp({ sdp: 'v=1', packed: deflateRawSync(sdp) })).toEqual({ sdp });
  expect(await unpackSdp({ sdp: '', packed: deflateRawSync(Buffer.from([0xff, 0x41])) })).toEqual({
    sdp: '\ufffdA',
  });
});
