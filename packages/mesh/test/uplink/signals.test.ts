import type { PeerId } from '@conclave/core';
import type { Subscription } from 'rxjs';

import { soundingsOf } from '../../src/uplink/signals.js';
import { idOf } from '../support/fake-streams.js';
import { FakeUplink } from '../support/fake-uplink.js';

const NAMES = ['bob', 'charlie', 'dora', 'erin', 'frank', 'grace'];
const running: Subscription[] = [];

/** Whose path was sounded when, of so many, in 10 s. */
async function soundingsTo(count: number) {
  const uplink = new FakeUplink();
  const sounded: { readonly farId: PeerId; readonly atMs: number }[] = [];
  const names = NAMES.slice(0, count);
  for (const name of names) uplink.join(name);
  const sound = (farId: PeerId) => sounded.push({ farId, atMs: performance.now() });
  running.push(soundingsOf(uplink.connection.uplink).subscribe(sound));
  await jest.advanceTimersByTimeAsync(10_000);
  const gapsMs = sounded.slice(1).map(({ atMs }, index) => atMs - sounded[index]!.atMs);
  const counts = names.map((name) => sounded.filter(({ farId }) => farId === idOf(name)).length);
  return { sounded, gapsMs, counts };
}

const near = (value: number, otherwise: number) => Math.abs(value - otherwise) <= 1; // whole milliseconds

beforeEach(() => {
  jest.useFakeTimers();
  let turn = 0;
  jest.spyOn(Math, 'random').mockImplementation(() => (turn += 0.618) % 1); // evenly spread, and the same each time
});
afterEach(() => {
  for (const one of running.splice(0)) one.unsubscribe();
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('the paths to three subscribers', () => {
  it('[E1] are sounded one at a time, in turns, each about five times a second', async () => {
    const { sounded, gapsMs, counts } = await soundingsTo(3);
    for (const count of counts) expect(Math.abs(count - 50)).toBeLessThanOrEqual(3);
    expect(Math.min(...gapsMs)).toBeGreaterThan(0);
    for (const [index, { farId }] of sounded.slice(3).entries()) expect(farId).toBe(sounded[index]!.farId);
  });

  it('[E1] are sounded in no rhythm: a camera has one too', async () => {
    const { gapsMs } = await soundingsTo(3);
    expect(new Set(gapsMs).size).toBeGreaterThan(30);
    expect(Math.min(...gapsMs)).toBeLessThan(40);
    expect(Math.max(...gapsMs)).toBeGreaterThan(93);
  });

  it('[E1] are sounded after half of the usual pause at the earliest, and one and a half at the latest', async () => {
    for (const [random, pauseMs] of [
      [0, 100 / 3],
      [0.999, 100],
    ] as const) {
      jest.spyOn(Math, 'random').mockReturnValue(random);
      const { gapsMs } = await soundingsTo(3);
      expect(gapsMs.filter((gapMs) => !near(gapMs, pauseMs))).toEqual([]);
    }
  });
});

describe('the path to one subscriber', () => {
  it('[E1] is sounded about five times a second', async () => {
    const { gapsMs, counts } = await soundingsTo(1);
    expect(Math.abs(counts[0]! - 50)).toBeLessThanOrEqual(3);
    expect(Math.min(...gapsMs)).toBeGreaterThanOrEqual(99);
    expect(Math.max(...gapsMs)).toBeLessThanOrEqual(300);
  });
});

describe('the paths to six subscribers', () => {
  it('[E1] take turns in the fifteen soundings a second that three have', async () => {
    const { counts } = await soundingsTo(6);
    for (const count of counts) expect(Math.abs(count - 25)).toBeLessThanOrEqual(3);
  });
});
