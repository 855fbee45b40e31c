import { Mender } from '../../src/link/mender.js';
import type { LinkState } from '../../src/logic/link-state.js';
import { ALICE, BOB } from '../support/stream-ends.js';
import { useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

const SILENT: LinkState = { phase: 'interrupted', sinceMs: 0 };
const LIVE: LinkState = { phase: 'live' };

function mender() {
  const mended: string[] = [];
  return { mended, mender: new Mender((farId) => mended.push(farId.slice(0, 1))) };
}

test('[D6] a link that is silent is mended after a second, then every two, until it is heard again', () => {
  const { mended, mender: it } = mender();
  it.watch(ALICE, SILENT);
  jest.advanceTimersByTime(999);
  expect(mended).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(mended).toEqual(['a']);
  it.watch(ALICE, SILENT); // said again: no second clock
  jest.advanceTimersByTime(4_000);
  expect(mended).toEqual(['a', 'a', 'a']);
  it.watch(ALICE, LIVE);
  jest.advanceTimersByTime(10_000);
  expect(mended).toHaveLength(3);
  expect(jest.getTimerCount()).toBe(0);
});

test.each<[string, LinkState]>([
  ['is heard in time', LIVE],
  ['has ended', { phase: 'closed', code: 'peer/lost' }],
])('[D6] a link that %s is not mended, whatever becomes of others', (_, state) => {
  const { mended, mender: it } = mender();
  for (const farId of [ALICE, BOB]) it.watch(farId, SILENT);
  jest.advanceTimersByTime(500);
  it.watch(ALICE, state);
  jest.advanceTimersByTime(600);
  expect(mended).toEqual(['b']);
  it.clear();
  expect(jest.getTimerCount()).toBe(0);
});

test('[D6] a link that comes back while it is being mended is left alone', () => {
  let count = 0;
  const it: Mender = new Mender((farId) => {
    count += 1;
    it.watch(farId, LIVE);
  });
  it.watch(ALICE, SILENT);
  jest.advanceTimersByTime(20_000);
  expect(count).toBe(1);
});
