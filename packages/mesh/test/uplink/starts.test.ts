import type { PeerId } from '@conclave/core';

import { Starts } from '../../src/uplink/starts.js';
import { idOf } from '../support/fake-streams.js';

const [bobId, charlieId, doraId] = [idOf('bob'), idOf('charlie'), idOf('dora')];

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** How long so many wait who come at once. */
async function waitsOf(starts: Starts, count: number): Promise<readonly number[]> {
  const cameAtMs = performance.now();
  const waitsMs: number[] = [];
  const turns = Array.from({ length: count }, async () => {
    await starts.audio();
    waitsMs.push(performance.now() - cameAtMs);
  });
  await pass(5_000);
  await Promise.all(turns);
  return waitsMs;
}

/** How long the video of somebody still waits. */
async function leftOf(starts: Starts, farId: PeerId): Promise<number> {
  const askedAtMs = performance.now();
  while (starts.isWaiting(farId)) await pass(10);
  return performance.now() - askedAtMs;
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('the audio of newcomers', () => {
  it('[E1] begins in turns 200 ms apart, and nobody waits longer than 600 ms', async () => {
    expect(await waitsOf(new Starts(), 6)).toEqual([0, 200, 400, 600, 600, 600]);
  });

  it('[E1] of one who comes while others wait begins after theirs', async () => {
    const starts = new Starts();
    const cameAtMs = performance.now();
    void starts.audio();
    void starts.audio();
    await pass(150);
    const last = starts.audio().then(() => performance.now() - cameAtMs);
    await pass(1_000);
    expect(await last).toBe(400);
  });

  it('[E4] of one who comes long after the others does not wait at all', async () => {
    const starts = new Starts();
    await waitsOf(starts, 3);
    expect(await waitsOf(starts, 1)).toEqual([0]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the video of newcomers', () => {
  it('[E4] waits a second for their audio, and 700 ms for the video before', async () => {
    const starts = new Starts();
    for (const farId of [bobId, charlieId, doraId]) starts.begin(farId);
    expect(await leftOf(starts, bobId)).toBe(1_000);
    expect(await leftOf(starts, charlieId)).toBe(700);
    expect(await leftOf(starts, doraId)).toBe(700);
  });

  it('[E4] of one who comes long after the others waits for his own audio only', async () => {
    const starts = new Starts();
    starts.begin(bobId);
    await pass(5_000);
    starts.begin(charlieId);
    expect(await leftOf(starts, charlieId)).toBe(1_000);
  });

  it('[E4] waits once: another stream to the same peer does not have it wait anew', async () => {
    const starts = new Starts();
    starts.begin(bobId);
    await pass(900);
    starts.begin(bobId);
    expect(await leftOf(starts, bobId)).toBe(100);
  });

  it('[E4] does not wait for who has gone, nor of whom nobody has heard', async () => {
    const starts = new Starts();
    for (const farId of [bobId, charlieId]) starts.begin(farId);
    starts.keep(new Set([bobId]));
    expect([starts.isWaiting(bobId), starts.isWaiting(charlieId)]).toEqual([true, false]);
    starts.begin(doraId); // in the turn of him who has gone
    expect(await leftOf(starts, doraId)).toBe(1_700);
  });
});
