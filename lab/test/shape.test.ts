import { changeShape, shapeWords } from '../src/shape.js';

describe('the shape of a path', () => {
  it('[E1] is no limit and no delay where nothing is said', () => {
    expect(shapeWords({})).toEqual([0, 0, 0, 0, 0]);
  });

  it('[E1] has a queue in bytes or in time at its rate, 200 ms where neither is said', () => {
    expect(shapeWords({ rateBps: 1_000_000 })).toEqual([1_000_000, 25_000, 0, 0, 0]);
    expect(shapeWords({ rateBps: 1_000_000, queueMs: 100 })).toEqual([1_000_000, 12_500, 0, 0, 0]);
    expect(shapeWords({ rateBps: 1_000_000, queueBytes: 64_000 })).toEqual([1_000_000, 64_000, 0, 0, 0]);
  });

  it('[E3] keeps what a change does not name, a queue in time also at another rate', () => {
    const before = { rateBps: 1_000_000, queueMs: 100, delayMs: 20, jitterMs: 4, lossRatio: 0.5 };
    expect(shapeWords(changeShape(before, { rateBps: 500_000 }))).toEqual([500_000, 6_250, 0.02, 0.004, 0.5]);
    expect(changeShape(before, { queueBytes: 9_000 })).not.toHaveProperty('queueMs');
    expect(changeShape({ queueBytes: 9_000 }, { queueMs: 10 })).not.toHaveProperty('queueBytes');
  });

  it.each([
    { rateBps: 0 },
    { rateBps: -1 },
    { rateBps: NaN },
    { queueBytes: -1 },
    { rateBps: 1_000, queueMs: Infinity },
    { delayMs: -1 },
    { delayMs: NaN },
    { jitterMs: Infinity },
    { lossRatio: 1.1 },
    { lossRatio: NaN },
  ])('[E1] cannot be %j', (shape) => {
    expect(() => shapeWords(shape)).toThrow(RangeError);
  });
});
