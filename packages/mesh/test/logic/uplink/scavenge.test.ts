import fc from 'fast-check';

import {
  onGone,
  onReport,
  onTick,
  SCAVENGE_FLOOR_BPS,
  SCAVENGE_MAX_BPS,
  startScavenger,
  type Scavenger,
  type ScavengeTick,
} from '../../../src/logic/uplink/scavenge.js';

const TICK: Omit<ScavengeTick, 'atMs'> = {
  reserveBps: 700_000,
  capacityBps: undefined,
  videoShort: false,
  sentBytes: new Map(),
};

interface While {
  readonly forMs: number;
  readonly delaysMs: readonly (number | undefined)[];
  readonly tick?: Partial<ScavengeTick>;
  readonly isTimeCritical?: boolean;
}

const NAMES = ['alice', 'bob', 'charlie'];
let nowMs = 0;

/** Lets all links report a delay each 50 ms, and send all that they may. */
function pass(state: Scavenger, { forMs, delaysMs, tick, isTimeCritical = false }: While): Scavenger {
  let next = state;
  for (const untilMs = nowMs + forMs; nowMs < untilMs; nowMs += 10) {
    if (nowMs % 50 === 0)
      delaysMs.forEach((delayMs, index) => {
        if (delayMs === undefined) return;
        const farId = NAMES[index] ?? '';
        next = onReport(next, { farId, minDelayMs: delayMs, medianDelayMs: delayMs, isTimeCritical }, nowMs);
      });
    const share = (next.rateBps * 0.01) / 8 / delaysMs.length;
    const sentBytes = new Map(delaysMs.map((_, index) => [NAMES[index] ?? '', share]));
    next = onTick(next, { ...TICK, sentBytes, ...tick, atMs: nowMs });
  }
  return next;
}

beforeEach(() => {
  nowMs = 0;
});

describe('a scavenger', () => {
  it('[E1] doubles several times a second while there is no queue', () => {
    const state = pass(startScavenger(), { forMs: 3_000, delaysMs: [40, 90, 15] });
    expect(state.rateBps).toBeGreaterThanOrEqual(2_000_000);
  });

  it('[E1] backs off within 200 ms of a queue on the shared uplink, and goes on doing so', () => {
    const before = pass(startScavenger(), { forMs: 3_000, delaysMs: [40, 90, 15] });
    const after = pass(before, { forMs: 200, delaysMs: [140, 190, 115] });
    expect(after.rateBps).toBeLessThanOrEqual(0.6 * before.rateBps);
    const later = pass(after, { forMs: 2_000, delaysMs: [140, 190, 115] });
    expect(later.rateBps).toBeLessThanOrEqual(0.05 * before.rateBps);
    expect(later.metAtMs).toBeDefined();
  });

  it('[E1] takes no notice of a queue that a single far end has for itself, but lets that link have less', () => {
    const before = pass(startScavenger(), { forMs: 3_000, delaysMs: [40, 90, 15] });
    const after = pass(before, { forMs: 1_000, delaysMs: [40, 390, 15] });
    expect(after.rateBps).toBeGreaterThanOrEqual(before.rateBps);
    expect(after.links.get('bob')?.rateBps).toBeLessThan(before.rateBps / 3);
    expect(after.links.get('alice')?.rateBps).toBe(Infinity);
  });

  it('[E1] lets go while video is short of its plan', () => {
    const before = pass(startScavenger(), { forMs: 3_000, delaysMs: [40, 90, 15] });
    const after = pass(before, { forMs: 2_000, delaysMs: [40, 90, 15], tick: { videoShort: true } });
    expect(after.rateBps).toBeLessThanOrEqual(0.35 * before.rateBps);
  });

  it('[E1] never takes more than a known capacity leaves', () => {
    const tick = { capacityBps: 1_000_000, reserveBps: 760_000 };
    const state = pass(startScavenger(), { forMs: 5_000, delaysMs: [40, 90, 15], tick });
    expect(state.rateBps).toBe(230_000);
  });

  it('[E1] ignores a capacity where there is no media to protect', () => {
    const tick = { capacityBps: 1_000_000, reserveBps: 0 };
    const state = pass(startScavenger(), { forMs: 5_000, delaysMs: [40], tick });
    expect(state.rateBps).toBeGreaterThan(10_000_000);
  });

  it('[E1] decays where nobody says that anything came', () => {
    const before = pass(startScavenger(), { forMs: 3_000, delaysMs: [40, 90, 15] });
    const after = pass(before, { forMs: 6_000, delaysMs: [undefined, undefined, undefined] });
    expect(after.rateBps).toBeLessThanOrEqual(0.1 * before.rateBps);
  });

  it('[E1] does not grow on what was reported long ago', () => {
    const before = pass(startScavenger(), { forMs: 50, delaysMs: [40] });
    const after = pass(before, { forMs: 400, delaysMs: [undefined] });
    expect(after.rateBps).toBeLessThanOrEqual(50_000);
  });

  it('[E2] halves a link whose far end hears somebody else, at once, and lets it grow by a quarter', () => {
    const before = pass(startScavenger(), { forMs: 2_000, delaysMs: [40] });
    const after = pass(before, { forMs: 20, delaysMs: [40], isTimeCritical: true });
    expect(after.links.get('alice')?.rateBps).toBeLessThanOrEqual(0.51 * before.rateBps);
    const later = pass(after, { forMs: 1_000, delaysMs: [40], isTimeCritical: true });
    expect(later.links.get('alice')?.rateBps).toBeLessThanOrEqual(0.8 * before.rateBps);
  });

  it('[E1] takes delays that wrap for what they are', () => {
    const wrap = 2 ** 32 / 1_000;
    const before = pass(startScavenger(), { forMs: 500, delaysMs: [wrap - 2] });
    const after = pass(before, { forMs: 500, delaysMs: [3] });
    expect(after.queueMs).toBeCloseTo(5, 0);
  });

  it.each([100, -100])('[E1] sees no queue in clocks that drift apart by %i ppm for an hour', (ppm) => {
    let state = startScavenger();
    const queues: number[] = [];
    for (nowMs = 0; nowMs < 3_600_000; nowMs += 50) {
      const delayMs = 40 + (nowMs * ppm) / 1e6;
      const report = { farId: 'alice', minDelayMs: delayMs, medianDelayMs: delayMs, isTimeCritical: false };
      state = onTick(onReport(state, report, nowMs), { ...TICK, atMs: nowMs });
      queues.push(state.queueMs ?? 0);
    }
    expect(Math.max(...queues.slice(-1_000))).toBeLessThanOrEqual(6);
  });

  it('[E1] forgets a link that has gone', () => {
    const state = pass(startScavenger(), { forMs: 500, delaysMs: [40, 50] });
    expect([...onGone(state, 'alice').links.keys()]).toEqual(['bob']);
    expect(onGone(state, 'nobody')).toBe(state);
  });

  it('[E1] stays between its floor and its ceiling whatever far ends say', () => {
    const wild = fc.oneof(fc.double({ noNaN: false }), fc.integer(), fc.constantFrom(-1e300, 1e300, 0));
    const step = fc.record({
      who: fc.nat(3),
      minDelayMs: wild,
      medianDelayMs: wild,
      isTimeCritical: fc.boolean(),
      elapsedMs: fc.integer({ min: 0, max: 3_000 }),
      sent: fc.nat(1_000_000),
      videoShort: fc.boolean(),
      capacityBps: fc.option(fc.integer({ min: 1, max: 1e9 }), { nil: undefined }),
      reserveBps: fc.integer({ min: 0, max: 2e9 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        let state = startScavenger();
        let atMs = 0;
        for (const { who, elapsedMs, sent, minDelayMs, medianDelayMs, isTimeCritical, ...tick } of steps) {
          atMs += elapsedMs;
          const farId = `peer ${who}`;
          state = onReport(state, { farId, minDelayMs, medianDelayMs, isTimeCritical }, atMs);
          const before = state.steppedAtMs;
          state = onTick(state, { ...tick, atMs, sentBytes: new Map([[farId, sent]]) });
          if (state.steppedAtMs === before) continue;
          expect(state.rateBps).toBeGreaterThanOrEqual(SCAVENGE_FLOOR_BPS);
          expect(state.rateBps).toBeLessThanOrEqual(Math.min(SCAVENGE_MAX_BPS, state.ceilingBps));
          for (const link of state.links.values()) expect(link.rateBps).toBeGreaterThan(0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('[E1] a longer queue never leaves a higher rate', () => {
    const queue = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(queue, queue, (a, b) => {
        nowMs = 0;
        const before = pass(startScavenger(), { forMs: 1_500, delaysMs: [10] });
        const from = nowMs;
        const after = [Math.min(a, b), Math.max(a, b)].map((queueMs) => {
          nowMs = from;
          return pass(before, { forMs: 150, delaysMs: [10 + queueMs] }).rateBps;
        });
        expect(after[1]).toBeLessThanOrEqual((after[0] ?? 0) + 1e-6);
      }),
    );
  });
});
