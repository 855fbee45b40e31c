import { capacityLimit, wouldFit } from '../../../src/logic/uplink/fits.js';
import { CAMERA, subscribers } from './demands.js';

const at = (capacityBps: number, count: number) => ({ capacityBps, subscribers: subscribers(count) });

describe('one more subscriber', () => {
  it('[E5] fits where there is plenty', () => {
    expect(wouldFit(at(20_000_000, 3))).toEqual({ fits: 'yes' });
    expect(wouldFit(at(20_000_000, 0), 2, subscribers(1)[0])).toEqual({ fits: 'yes' });
  });

  it('[E5] fits at the price of smaller pictures, and then of none, and says of how many', () => {
    expect(wouldFit(at(1_000_000, 3))).toEqual({ fits: 'degraded', paused: 0, reduced: 3 });
    expect(wouldFit(at(1_000_000, 7))).toEqual({ fits: 'degraded', paused: 2, reduced: 0 });
  });

  it('[E5] does not fit where sound would suffer', () => {
    expect(wouldFit(at(200_000, 4))).toEqual({ fits: 'degraded', paused: 1, reduced: 0 });
    expect(wouldFit(at(200_000, 5))).toEqual({ fits: 'no', why: 'audio' });
    expect(wouldFit(at(0, 0))).toEqual({ fits: 'no', why: 'audio' });
  });

  it('[E5] takes no picture from those that are there, where one of equals has to go without', () => {
    const input = { capacityBps: 400_000, subscribers: subscribers(2) };
    expect(wouldFit(input)).toEqual({ fits: 'degraded', paused: 1, reduced: 0 });
  });

  it.each([0, -1, NaN, Infinity, 1.5])('[E5] in the number of %d is a question with an answer', (n) => {
    expect(['yes', 'degraded', 'no']).toContain(wouldFit(at(1_000_000, 3), n).fits);
    expect(capacityLimit(at(1_000_000, 3), n).limit).toBeGreaterThanOrEqual(0);
  });
});

describe('the limit of a room', () => {
  it('[E5] is maxPeerConnections, or what the uplink carries with everybody audible', () => {
    expect(capacityLimit(at(1_000_000, 3), 8)).toEqual({ limit: 8, bound: 'maxPeerConnections' });
    expect(capacityLimit(at(200_000, 3), 8)).toEqual({ limit: 5, bound: 'uplink' });
    expect(capacityLimit(at(0, 0), 8)).toEqual({ limit: 0, bound: 'uplink' });
  });

  it('[E5] is where wouldFit begins to say no', () => {
    for (const capacityBps of [90_000, 200_000, 333_000, 1_000_000, 2_345_678])
      for (const count of [1, 2, 5]) {
        const input = { capacityBps, subscribers: subscribers(count, [CAMERA]) };
        const { limit } = capacityLimit(input, 1_000);
        if (limit >= count) expect(wouldFit(input, limit - count).fits).not.toBe('no');
        if (limit + 1 > count)
          expect(wouldFit(input, limit + 1 - count)).toEqual({ fits: 'no', why: 'audio' });
      }
  });
});
