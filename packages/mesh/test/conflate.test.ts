import { conflate } from '../src/conflate.js';

describe('conflated calls', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('[E8] a flood of announcements is taken ten times a second, and the last one counts', () => {
    let said = 0;
    const taken: number[] = [];
    const hello = conflate(() => taken.push(said), 100);
    for (said = 1; said <= 1000; said++) {
      hello.call();
      jest.advanceTimersByTime(1);
    }
    said = 1000;
    jest.advanceTimersByTime(1000);
    expect(taken).toHaveLength(11);
    expect(taken[0]).toBe(1);
    expect(taken.at(-1)).toBe(1000);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('stops with what was not done yet', () => {
    const act = jest.fn();
    const hello = conflate(act, 100);
    hello.call();
    hello.call();
    hello.stop();
    jest.advanceTimersByTime(1000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});
