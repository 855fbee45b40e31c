import type { PeerId } from '@conclave/protocol';

import { DefaultPacer } from '../../src/data/default-pacer.js';
import { ALICE, BOB } from './support/two-ends.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Sends frames to Bob at a rate, for so long; the lane is dry before each of them or never. */
function send(
  pacer: DefaultPacer,
  bytesPerMs: number,
  forMs: number,
  bufferedBytes = 1,
  to: PeerId = BOB,
): void {
  for (let atMs = 0; atMs < forMs; atMs += 1) {
    pacer.sent(to, 'bulk', bytesPerMs, bufferedBytes);
    jest.advanceTimersByTime(1);
  }
}

test('[C16] a frame is 10 ms of the present rate, at least a packet and at most 16 KiB', () => {
  const pacer = new DefaultPacer();
  expect(pacer.frameBytes(BOB)).toBe(1_100);
  send(pacer, 500, 200);
  expect(pacer.frameBytes(BOB)).toBeGreaterThan(4_900);
  expect(pacer.frameBytes(BOB)).toBeLessThan(5_200);
  send(pacer, 10_000, 200);
  expect(pacer.frameBytes(BOB)).toBe(16_384);
  send(pacer, 10, 200);
  expect(pacer.frameBytes(BOB)).toBe(1_100);
  expect(pacer.frameBytes(ALICE)).toBe(1_100);
});

test('[C16] two frames wait in the browser; more only while the lane runs dry, and no more than leaves in 100 ms', () => {
  const pacer = new DefaultPacer();
  send(pacer, 500, 1_000);
  expect(pacer.windowBytes(BOB, 'bulk')).toBe(2 * pacer.frameBytes(BOB));
  send(pacer, 500, 2_000, 0);
  expect(pacer.windowBytes(BOB, 'bulk')).toBeGreaterThan(45_000);
  expect(pacer.windowBytes(BOB, 'bulk')).toBeLessThan(52_000);
  send(pacer, 50_000, 2_000, 0);
  expect(pacer.windowBytes(BOB, 'bulk')).toBe(64 * 1024);
  send(pacer, 500, 4_000);
  expect(pacer.windowBytes(BOB, 'bulk')).toBe(2 * pacer.frameBytes(BOB));
});

test('[C16] it holds nothing else back', () => {
  const pacer = new DefaultPacer();
  pacer.start();
  expect(pacer.allowance()).toBe(Infinity);
  expect(pacer.windowBytes(BOB, 'messages')).toBe(64 * 1024);
});
