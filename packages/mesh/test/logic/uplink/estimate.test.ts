import fc from 'fast-check';

import {
  startEstimate,
  stepEstimate,
  trainSeen,
  type CapacityEstimate,
  type LinkObservation,
  type UplinkObservation,
} from '../../../src/logic/uplink/estimate.js';

const CALM = { queueMs: undefined, standingMs: 0, metAtMs: undefined, wantedBps: Infinity };
let nowMs = 0;

function links(sentBps: number, more: Partial<LinkObservation> = {}): LinkObservation[] {
  return ['alice', 'bob', 'charlie'].map((farId) => ({
    farId,
    sentBps: sentBps / 3,
    videoShort: false,
    ...more,
  }));
}

/** What a link that carries audio and video says of its senders. */
const video = (bitrateBps: number) =>
  [
    { kind: 'audio', bitrateBps: bitrateBps > 0 ? 24_000 : 0 },
    { kind: 'video', bitrateBps },
  ] as const;

/** Observes the same for a while, twice a second. */
function observe(
  estimate: CapacityEstimate,
  forMs: number,
  seen: Omit<Partial<UplinkObservation>, 'links'> & Pick<UplinkObservation, 'links'>,
): CapacityEstimate {
  let next = estimate;
  for (const untilMs = nowMs + forMs; nowMs < untilMs; nowMs += 500)
    next = stepEstimate(next, { ...CALM, ...seen, atMs: nowMs });
  return next;
}

function train(farId: string, rateBps: number, bytes = 3_600) {
  nowMs += 3_000;
  return { farId, sentAtMs: nowMs, bytes, spreadMs: (bytes * 8_000) / rateBps, packets: 4 };
}

beforeEach(() => {
  nowMs = 0;
});

describe('an estimate of the uplink', () => {
  it('[E3] knows nothing before anything was sent, then half as much again as passed', () => {
    expect(startEstimate()).toMatchObject({ capacityBps: undefined, source: 'assumed', confidence: 0 });
    expect(observe(startEstimate(), 500, { links: links(0) }).capacityBps).toBeUndefined();
    const { capacityBps, source, boundBps } = observe(startEstimate(), 20_000, { links: links(600_000) });
    expect([capacityBps, source, boundBps]).toEqual([900_000, 'learnt', undefined]);
  });

  it('[E3] what left while the queue never emptied is the capacity', () => {
    const full = { queueMs: 25, standingMs: 1_500 };
    const estimate = observe(startEstimate(2e6), 5_000, { links: links(970_000), ...full });
    expect(estimate.capacityBps).toBeGreaterThan(960_000);
    expect(estimate.capacityBps).toBeLessThan(990_000);
    expect(estimate.boundBps).toBe(estimate.capacityBps);
  });

  it('[E1] is not lowered by a long queue that drains at once, as a file makes one when it begins', () => {
    const before = observe(startEstimate(), 5_000, { links: links(960_000), queueMs: 16, standingMs: 1_500 });
    const burst = { links: links(800_000), queueMs: 90 };
    expect(observe(before, 1_000, { ...burst, standingMs: 300 }).capacityBps).toBe(before.capacityBps);
    const after = observe(before, 1_000, { ...burst, standingMs: 500 });
    expect(after.capacityBps).toBeLessThan(before.capacityBps ?? 0);
  });

  it('[E1] keeps what was carried for a second while files hold a short queue and the media beside them varies', () => {
    let estimate = observe(startEstimate(), 3_000, { links: links(960_000), queueMs: 16, standingMs: 1_500 });
    const learnt: number[] = [];
    for (let i = 0; i < 60; i++) {
      const varies = [985_000, 975_000, 860_000, 840_000, 870_000, 850_000][i % 6] ?? 0;
      const seen = i % 4 === 0 ? { standingMs: 1_500 } : { metAtMs: nowMs };
      estimate = observe(estimate, 500, { links: links(varies), queueMs: 16, ...seen });
      learnt.push(estimate.capacityBps ?? 0);
    }
    expect(Math.min(...learnt)).toBeGreaterThanOrEqual(925_000);
    expect(Math.max(...learnt)).toBeLessThanOrEqual(1_000_000);
  });

  it('[E3] forgets what was carried before as soon as a queue stands that no file keeps', () => {
    const before = observe(startEstimate(), 8_000, { links: links(960_000), queueMs: 16, standingMs: 1_500 });
    const over = { links: links(500_000), queueMs: 40, standingMs: 1_500 };
    expect(observe(before, 3_000, over).capacityBps).toBeLessThanOrEqual(520_000);
    const after = observe(observe(before, 1_500, over), 3_000, { ...over, queueMs: 16 });
    expect(after.capacityBps).toBeLessThanOrEqual(540_000);
  });

  it('[E3] falls at once where a long queue stands, and not more than once per effect', () => {
    const before = observe(startEstimate(), 20_000, { links: links(800_000) });
    const after = observe(before, 1_000, { links: links(800_000), queueMs: 90, standingMs: 400 });
    expect(after.capacityBps).toBeLessThanOrEqual(0.95 * 800_000);
    expect(after.capacityBps).toBeGreaterThanOrEqual(0.6 * (before.capacityBps ?? 0));
  });

  it('[E3] goes on falling while the queue stands, for what leaves is not what arrives', () => {
    const before = observe(startEstimate(), 20_000, { links: links(900_000) });
    let after = before;
    for (let i = 0; i < 6; i++)
      after = observe(after, 500, {
        links: links(0.8 * (after.capacityBps ?? 0)),
        queueMs: 100,
        standingMs: 900,
      });
    expect(after.capacityBps).toBeLessThanOrEqual(600_000);
  });

  it('[E3] grows slowly after it was too much, faster later, and never far beyond what passes', () => {
    const full = { links: links(500_000), queueMs: 25, standingMs: 1_500 };
    const before = observe(startEstimate(), 3_000, full).capacityBps ?? 0;
    const quiet = { queueMs: 3, standingMs: 0 };
    let estimate = observe(startEstimate(), 0, full);
    nowMs = 0;
    estimate = observe(estimate, 3_000, full);
    const soon = observe(estimate, 2_000, { links: links(500_000), ...quiet });
    expect(soon.capacityBps).toBeLessThanOrEqual(1.02 * before);
    const late = observe(soon, 60_000, { links: links(500_000), ...quiet });
    expect(late.capacityBps).toBeLessThanOrEqual(1.16 * 500_000);
  });

  it('[E3] doubles within 15 s where all that is tried passes', () => {
    let estimate = observe(startEstimate(), 3_000, { links: links(500_000), queueMs: 25, standingMs: 1_500 });
    for (let i = 0; i < 30; i++)
      estimate = observe(estimate, 500, { links: links(0.96 * (estimate.capacityBps ?? 0)), queueMs: 3 });
    expect(estimate.capacityBps).toBeGreaterThanOrEqual(950_000);
  });

  it('[E3] where all video is short it is the sum of the ceilings; where none is they mean nothing', () => {
    const short = links(900_000, { ceilingBps: 330_000, videoShort: true });
    const estimate = observe(startEstimate(), 5_000, { links: short });
    expect(estimate.capacityBps).toBeCloseTo(990_000, -4);
    const frozen = links(300_000, { ceilingBps: 900_000 });
    nowMs = 0;
    expect(observe(startEstimate(), 10_000, { links: frozen }).capacityBps).toBe(450_000);
  });

  it('[E3] asks only links that carry video whether all video is short, and counts what the others send besides', () => {
    const audio = [{ kind: 'audio', bitrateBps: 24_000 }] as const;
    const [alice, bob, charlie] = links(0);
    const others = [
      { ...bob!, sentBps: 30_000, senders: audio },
      { ...charlie!, sentBps: 170_000, senders: video(0) }, // a file; nobody looks at the video
    ];
    const before = observe(startEstimate(), 5_000, {
      links: [{ ...alice!, sentBps: 400_000, senders: video(350_000) }, ...others],
    });
    expect(before.capacityBps).toBe(900_000);
    const short = { ...alice!, sentBps: 250_000, ceilingBps: 300_000, videoShort: true };
    const after = observe(before, 2_500, { links: [{ ...short, senders: video(200_000) }, ...others] });
    expect(after.capacityBps).toBe(500_000);
  });

  it('[E3] asks only links that carry media what is lost', () => {
    const lossy = { sentBps: 600_000, lossRatio: 0.1, senders: video(550_000) };
    const [alice, ...chatting] = links(0, { senders: [] });
    const silent = chatting.map((link) => ({ ...link, lossRatio: 0.5, senders: video(0) })); // of long ago
    for (const others of [chatting, silent])
      expect(observe(startEstimate(), 500, { links: [{ ...alice!, ...lossy }, ...others] }).capacityBps).toBe(
        1.5 * 540_000,
      );
  });

  it('[E3] holds without ceilings: short video lowers it to what leaves', () => {
    const before = observe(startEstimate(), 10_000, { links: links(900_000) });
    const after = observe(before, 6_000, { links: links(900_000, { videoShort: true }) });
    expect(after.capacityBps).toBeLessThanOrEqual(900_000);
  });

  it('[E3] what bulk met bounds it near what left', () => {
    const before = observe(startEstimate(), 10_000, { links: links(1_000_000) });
    let after = before;
    for (let i = 0; i < 6; i++)
      after = observe(after, 500, { links: links(1_000_000), queueMs: 20, metAtMs: nowMs - 1 });
    expect(after.capacityBps).toBeLessThanOrEqual(1_110_000);
    expect(after.boundBps).toBe(after.capacityBps);
  });

  it('[E3] never exceeds what was stated, and goes below it where less passes', () => {
    const stated = observe(startEstimate(1e6), 20_000, { links: links(990_000) });
    expect(stated).toMatchObject({ capacityBps: 1e6, source: 'stated', boundBps: 1e6, confidence: 1 });
    const less = observe(stated, 5_000, { links: links(500_000), queueMs: 30, standingMs: 2_000 });
    expect(less.capacityBps).toBeLessThan(600_000);
    expect(less.source).toBe('learnt');
  });

  it('[E3] trains that agree raise it at once; one that is alone counts where nothing is known', () => {
    const first = trainSeen(startEstimate(), train('alice', 1e6));
    expect(first).toMatchObject({ source: 'probed', wantsTrain: false });
    expect(first.capacityBps).toBeCloseTo(920_000, -3);
    let estimate = observe(startEstimate(), 5_000, { links: links(300_000) });
    estimate = trainSeen(estimate, train('alice', 2e6));
    expect(estimate.capacityBps).toBe(450_000);
    for (const farId of ['bob', 'charlie']) estimate = trainSeen(estimate, train(farId, 2e6));
    expect(estimate.capacityBps).toBeCloseTo(1_840_000, -3);
  });

  it('[E3] one liar among three cannot raise it by trains', () => {
    let estimate = observe(startEstimate(), 5_000, { links: links(500_000) });
    for (let i = 0; i < 4; i++)
      for (const [farId, rateBps] of [
        ['alice', 1e6],
        ['bob', 1e6],
        ['mallory', 1e9],
      ] as const)
        estimate = trainSeen(estimate, train(farId, rateBps));
    expect(estimate.capacityBps).toBeLessThanOrEqual(1_000_000);
  });

  it('[E3] trains that were under way together add up', () => {
    let estimate = startEstimate();
    for (let i = 0; i < 3; i++) {
      const one = train('alice', 500_000);
      estimate = trainSeen(estimate, one);
      estimate = trainSeen(estimate, { ...one, farId: 'bob' });
    }
    expect(estimate.capacityBps).toBeCloseTo(920_000, -4);
  });

  it('[E3] is finite and positive whatever is observed', () => {
    const wild = fc.oneof(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), fc.constant(0));
    const link = fc.record({
      farId: fc.constantFrom('alice', 'bob'),
      sentBps: wild,
      ceilingBps: fc.option(wild, { nil: undefined }),
      rttMs: fc.option(wild, { nil: undefined }),
      lossRatio: fc.option(wild, { nil: undefined }),
      videoShort: fc.boolean(),
    });
    const seen = fc.record({
      links: fc.array(link, { maxLength: 3 }),
      queueMs: fc.option(wild, { nil: undefined }),
      standingMs: wild,
      metAtMs: fc.option(wild, { nil: undefined }),
      wantedBps: wild,
    });
    const trains = fc.record({ bytes: wild, spreadMs: wild, packets: fc.integer() });
    fc.assert(
      fc.property(fc.array(fc.tuple(seen, trains), { maxLength: 40 }), (steps) => {
        let estimate = startEstimate();
        steps.forEach(([observation, report], index) => {
          estimate = stepEstimate(estimate, { ...observation, atMs: 500 * index });
          estimate = trainSeen(estimate, { farId: 'alice', sentAtMs: 500 * index, ...report });
          const { capacityBps = 16_000, confidence } = estimate;
          expect(capacityBps).toBeGreaterThanOrEqual(16_000);
          expect(capacityBps).toBeLessThanOrEqual(1e10);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});
