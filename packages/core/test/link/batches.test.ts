import { decodeBatch } from '@conclave/protocol';

import { Batches } from '../../src/link/batches.js';
import { turns } from '../support/reports.js';

/** A channel that takes what it is given, or nothing. */
function channel() {
  const taken: number[][] = [];
  const self = {
    taken,
    isFull: false,
    batches: new Batches((bytes) => {
      if (self.isFull) return false;
      const batch = decodeBatch(bytes);
      taken.push(batch.ok ? batch.value.map((frame) => frame[0]!) : []);
      return true;
    }),
  };
  return self;
}

const frame = (name: number, length = 20) => new Uint8Array(length).fill(name);

test('[C9] what is sent alone leaves at once; what follows in the same task leaves together, at its end', async () => {
  const { taken, batches } = channel();
  for (const name of [1, 2, 3]) expect(batches.add(frame(name))).toBe(true);
  expect(taken).toEqual([[1]]);
  await turns();
  expect(taken).toEqual([[1], [2, 3]]);
  batches.add(frame(4));
  expect(taken).toEqual([[1], [2, 3], [4]]);
});

test('[C9] no more than 8 KiB is collected, and a large frame neither waits nor overtakes', async () => {
  const { taken, batches } = channel();
  for (let name = 0; name < 10; name += 1) batches.add(frame(name, 2_000));
  expect(taken).toEqual([[0], [1, 2, 3, 4, 5]]);
  expect(batches.bytes).toBeLessThan(8_192 + 2_004);
  batches.add(frame(10, 60_000));
  expect(taken).toEqual([[0], [1, 2, 3, 4, 5], [6, 7, 8, 9], [10]]);
  await turns();
  expect(taken).toHaveLength(4);
});

test('[C9] what the channel does not take keeps its place, and leaves when there is room', async () => {
  const self = channel();
  const { taken, batches } = self;
  for (const name of [1, 2, 3]) batches.add(frame(name));
  self.isFull = true;
  await turns();
  expect(taken).toEqual([[1]]);
  expect(batches.add(frame(4))).toBe(false); // it would overtake
  self.isFull = false;
  expect(batches.flush()).toBe(true);
  expect(batches.add(frame(4))).toBe(true);
  expect(taken).toEqual([[1], [2, 3], [4]]);
});
