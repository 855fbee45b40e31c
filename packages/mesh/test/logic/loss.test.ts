import { arrivalsOf, lossBetween } from '../../src/logic/loss.js';

describe('the loss of what is received', () => {
  it.each([
    ['nothing is lost', [100, 0], [200, 0], 0],
    ['a tenth is lost', [100, 5], [190, 15], 0.1],
    ['everything is lost', [100, 0], [100, 50], 1],
    ['packets come late after all', [100, 5], [200, 2], 0],
    ['too few packets came to say', [100, 0], [110, 1], undefined],
    ['a new link counts anew', [1_000, 50], [40, 0], undefined],
    ['a new link counts anew and begins badly', [30, 0], [20, 50], undefined],
  ])('[E9] %s', (_, before, now, ratio) => {
    const arrivals = ([packets, packetsLost]: number[]) => ({ packets: packets!, packetsLost: packetsLost! });
    expect(lossBetween(arrivals(before), arrivals(now))).toBe(ratio);
  });

  it('[E9] is unknown at the first look, and that of several tracks is one', () => {
    const tracks = arrivalsOf([
      { packets: 90, packetsLost: 10 },
      { packets: 100, packetsLost: 0 },
    ]);
    expect(tracks).toEqual({ packets: 190, packetsLost: 10 });
    expect(lossBetween(undefined, tracks)).toBeUndefined();
    expect(lossBetween(arrivalsOf([]), tracks)).toBe(0.05);
  });
});
