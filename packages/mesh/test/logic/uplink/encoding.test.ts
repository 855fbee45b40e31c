import { chooseStep } from '../../../src/logic/uplink/encoding.js';
import { ladderOf, mostBps } from '../../../src/logic/uplink/ladder.js';
import { DEFAULT_LIMITS } from '../../../src/logic/uplink/limits.js';
import { CAMERA } from './demands.js';

const evenly = (bps: number) => ({ nowBps: bps, guardedBps: bps, climbBps: bps });

function encodingAt(bps: number, demand = CAMERA): string {
  const ladder = ladderOf(demand, DEFAULT_LIMITS);
  const step = ladder.steps[chooseStep(ladder, Infinity, evenly(bps), undefined)]!;
  return `${step.height} lines at ${step.maxFramerate}`;
}

describe('an encoding', () => {
  it.each([
    [2_000_000, '720 lines at 30'],
    [700_000, '720 lines at 30'],
    [500_000, '540 lines at 30'],
    [300_000, '360 lines at 30'],
    [200_000, '360 lines at 20'],
    [150_000, '360 lines at 15'],
    [100_000, '270 lines at 15'],
    [70_000, '180 lines at 15'],
    [40_000, '180 lines at 10'],
    [0, '180 lines at 7'],
  ])('[E1] of a camera with %d bit/s has %s a second', (bps, words) => {
    expect(encodingAt(bps)).toBe(words);
  });

  it('[E1] of usual sources has whole and even sides', () => {
    for (const [width, height] of [
      [1280, 720],
      [1920, 1080],
      [640, 480],
      [720, 1280],
    ] as const)
      for (const { scaleResolutionDownBy } of ladderOf({ ...CAMERA, width, height }, DEFAULT_LIMITS).steps) {
        expect((width / scaleResolutionDownBy / 2) % 1).toBeCloseTo(0, 6);
        expect((height / scaleResolutionDownBy / 2) % 1).toBeCloseTo(0, 6);
      }
  });

  it('[E1] of a source that is small already is never enlarged', () => {
    const { steps } = ladderOf({ ...CAMERA, width: 160, height: 120, framerate: 5 }, DEFAULT_LIMITS);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ scaleResolutionDownBy: 1, height: 120, maxFramerate: 5 });
  });

  it('[C12] is no larger than was asked for', () => {
    expect(encodingAt(3_000_000, { ...CAMERA, maxHeight: 180, maxFramerate: 15 })).toBe('180 lines at 15');
    expect(encodingAt(3_000_000, { ...CAMERA, maxHeight: 200 })).toBe('180 lines at 30');
  });

  it('[E1] can use 2 Mbit/s for 720 lines, and no more than the limit for anything', () => {
    const most = (height: number) => {
      const ladder = ladderOf({ ...CAMERA, width: (height * 16) / 9, height }, DEFAULT_LIMITS);
      return mostBps(ladder.steps.at(-1)!, DEFAULT_LIMITS);
    };
    expect(most(720)).toBeGreaterThan(1_500_000);
    expect(most(720)).toBeLessThan(2_500_000);
    expect(most(1080)).toBe(DEFAULT_LIMITS.maxVideoBps);
  });

  it('[E3] stays where it is until less no longer carries it, or much more carries a larger one', () => {
    const ladder = ladderOf(CAMERA, DEFAULT_LIMITS);
    const former = { height: 360, maxFramerate: 20 } as never;
    const height = (nowBps: number) => {
      const rates = { nowBps, guardedBps: nowBps / 1.2, climbBps: nowBps / 1.4 };
      const { height: lines, maxFramerate } = ladder.steps[chooseStep(ladder, Infinity, rates, former)]!;
      return `${lines} ${maxFramerate}`;
    };
    expect(height(180_000)).toBe('360 20'); // 174 carries it
    expect(height(170_000)).toBe('360 15');
    expect(height(320_000)).toBe('360 20'); // 236 carries 30 frames
    expect(height(340_000)).toBe('360 30');
  });
});
