import {
  LOST,
  nextQuality,
  ratingOf,
  UNMEASURED,
  type ConnectionQuality,
  type QualitySample,
} from '../../src/logic/quality.js';

const sample = (rttMs: number, lossRatio = 0, isShort = false): QualitySample => ({
  rttMs,
  lossRatio,
  isShort,
});

/** What is said after each of these samples. */
function said(samples: readonly QualitySample[], start = UNMEASURED): ConnectionQuality[] {
  let memory = start;
  return samples.map((one) => (memory = nextQuality(memory, one)).quality);
}

describe('the quality of a connection', () => {
  it.each<[string, QualitySample, ConnectionQuality]>([
    ['a local network', sample(2), 'good'],
    ['300 ms there and back, the border of ITU-T G.114', sample(300), 'good'],
    ['half a second there and back', sample(500), 'fair'],
    ['a second there and back', sample(1_000), 'poor'],
    ['1 % loss', sample(40, 0.01), 'good'],
    ['5 % loss', sample(40, 0.05), 'fair'],
    ['10 % loss', sample(40, 0.1), 'poor'],
    ['both a little', sample(250, 0.04), 'fair'],
    ['all lost', sample(40, 1), 'poor'],
    ['a path that does not carry the video', sample(40, 0, true), 'fair'],
    ['loss, and a path that does not carry the video', sample(40, 0.1, true), 'poor'],
    ['a round trip time only', { rttMs: 40, lossRatio: undefined, isShort: false }, 'good'],
    ['loss only', { rttMs: undefined, lossRatio: 0.1, isShort: false }, 'poor'],
    ['nothing measured', { rttMs: undefined, lossRatio: undefined, isShort: false }, 'unknown'],
  ])('[E9] %s is judged at once', (_, one, quality) => {
    expect(said([one])).toEqual([quality]);
    expect(said([one], LOST)).toEqual([quality]);
  });

  it('[E9] the rating is that of the E-model: 93.2 at best, less with each millisecond and each loss', () => {
    expect(ratingOf(0, 0)).toBeCloseTo(93.2 - 0.024 * 60, 5);
    let last = Infinity;
    for (let rttMs = 0; rttMs <= 2_000; rttMs += 10) {
      expect(ratingOf(rttMs, 0)).toBeLessThan(last);
      last = ratingOf(rttMs, 0);
    }
    for (let loss = 0.01; loss <= 1; loss += 0.01)
      expect(ratingOf(50, loss)).toBeLessThan(ratingOf(50, loss - 0.01));
  });

  it('[E9] one bad sample among good ones changes nothing, two in a row do', () => {
    const [good, bad] = [sample(40), sample(40, 0.1)];
    expect(said([good, bad, good, bad, good])).toEqual(['good', 'good', 'good', 'good', 'good']);
    expect(said([good, bad, bad, good, good])).toEqual(['good', 'good', 'poor', 'poor', 'good']);
  });

  it('[E9] what swings about a border does not flap', () => {
    const border = Array.from({ length: 40 }, (_, index) =>
      sample(40, Math.floor(index / 2) % 2 ? 0.036 : 0.03),
    );
    expect(ratingOf(40, 0.03)).toBeGreaterThan(80);
    expect(ratingOf(40, 0.036)).toBeLessThan(80);
    expect(new Set(said([sample(40), ...border]))).toEqual(new Set(['good']));
    expect(new Set(said([sample(40, 0.05), ...border]))).toEqual(new Set(['fair']));
  });

  it('[E9] a sample without figures keeps what was known', () => {
    const nothing = { rttMs: undefined, lossRatio: undefined, isShort: false };
    expect(said([sample(40), nothing, nothing, nothing])).toEqual(['good', 'good', 'good', 'good']);
  });
});
