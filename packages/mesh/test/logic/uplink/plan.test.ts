import fc from 'fast-check';

import { DEFAULT_LIMITS } from '../../../src/logic/uplink/limits.js';
import { planUplink } from '../../../src/logic/uplink/plan.js';
import type { UplinkPlan } from '../../../src/logic/uplink/uplink-plan.js';
import { audioWireBps } from '../../../src/logic/uplink/wire-cost.js';
import { anyCapacity, anyRoom, CAMERA, subscribers, videosOf } from './demands.js';

const RUNS = { numRuns: 300 };

/** One bit per second, against sums of doubles. */
const SLACK_BPS = 1;

const audioOf = (plan: UplinkPlan) => plan.subscribers.reduce((sum, { audio }) => sum + audio.wireBps, 0);

/** Nothing of a picture in `after` is less than in `before`, of those who are in both. */
function expectNoWorse(before: UplinkPlan, after: UplinkPlan) {
  const then = videosOf(after);
  for (const [key, { height, maxFramerate, maxBitrateBps }] of videosOf(before)) {
    const video = then.get(key);
    if (!video) continue;
    expect(video.height).toBeGreaterThanOrEqual(height);
    expect(video.maxFramerate).toBeGreaterThanOrEqual(maxFramerate);
    expect(video.maxBitrateBps).toBeGreaterThanOrEqual(maxBitrateBps);
  }
  const [one, other] = [before.subscribers[0], after.subscribers[0]];
  if (one?.audio.encoding === 'normal' && other) expect(other.audio.encoding).toBe('normal');
}

describe('an uplink', () => {
  it('[E1] of 1 Mbit/s gives each of three subscribers a picture of 170 kbit/s, and keeps a fifth free', () => {
    const plan = planUplink({ capacityBps: 1_000_000, subscribers: subscribers(3) });
    const rates = [...videosOf(plan).values()].map(({ maxBitrateBps }) => maxBitrateBps);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(170_000);
    expect(new Set(rates).size).toBe(1);
    expect(plan.mediaBps).toBeLessThanOrEqual(820_000);
    expect(plan.audioSafe).toBe(true);
  });

  it('[E1] of 245 kbit/s gives three subscribers good sound, and no picture', () => {
    const plan = planUplink({ capacityBps: 245_000, subscribers: subscribers(3) });
    expect(plan.audioSafe).toBe(true);
    expect(plan.subscribers.map(({ audio }) => audio.encoding)).toEqual(['normal', 'normal', 'normal']);
    expect([...videosOf(plan).values()].map(({ state, why }) => `${state} ${why}`)).toEqual(
      Array(3).fill('paused uplink'),
    );
  });

  it('[E1] of 200 kbit/s gives three subscribers thin sound: messages need a third of it', () => {
    const plan = planUplink({ capacityBps: 200_000, subscribers: subscribers(3) });
    expect(plan.audioSafe).toBe(true);
    expect(new Set(plan.subscribers.map(({ audio }) => audio.encoding))).toEqual(new Set(['thin']));
  });

  it('[E1] too thin for normal sound of all gives all thin sound, and says when even that does not fit', () => {
    const five = planUplink({ capacityBps: 200_000, subscribers: subscribers(5) });
    expect(five.audioSafe).toBe(true);
    expect(new Set(five.subscribers.map(({ audio }) => audio.encoding))).toEqual(new Set(['thin']));
    const ten = planUplink({ capacityBps: 200_000, subscribers: subscribers(10) });
    expect(ten.audioSafe).toBe(false);
    expect(ten.mediaBps).toBe(audioOf(ten));
  });

  it('[E1] never carries more than its share, unless sound alone needs it, and then nothing else', () => {
    fc.assert(
      fc.property(
        anyCapacity,
        anyRoom,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (capacityBps, room, scale) => {
          const limits = { cpuVideoScale: scale };
          const plan = planUplink({ capacityBps, subscribers: room, limits });
          const shareBps = DEFAULT_LIMITS.mediaShare * capacityBps;
          const videoBps = plan.mediaBps - audioOf(plan);
          if (audioOf(plan) <= shareBps) expect(plan.mediaBps).toBeLessThanOrEqual(shareBps + SLACK_BPS);
          else expect([videoBps, plan.audioSafe]).toEqual([0, false]);
          for (const { messageBps } of plan.subscribers)
            if (videoBps > 0) expect(messageBps).toBe(DEFAULT_LIMITS.messageFloorBps);
        },
      ),
      RUNS,
    );
  });

  it('[E1] gives everybody sound before anybody a picture', () => {
    fc.assert(
      fc.property(anyCapacity, anyRoom, (capacityBps, room) => {
        const plan = planUplink({ capacityBps, subscribers: room });
        const streams = room.reduce((sum, { audioStreams }) => sum + audioStreams, 0);
        const encoding =
          plan.mediaBps > audioOf(plan) ? 'normal' : (plan.subscribers[0]?.audio.encoding ?? 'normal');
        expect(audioOf(plan)).toBe(streams * audioWireBps(DEFAULT_LIMITS, encoding));
      }),
      RUNS,
    );
  });

  it('[E1] that carries more gives nobody a worse picture', () => {
    fc.assert(
      fc.property(anyCapacity, anyCapacity, anyRoom, (one, other, room) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const less = planUplink({ capacityBps: low, subscribers: room });
        expectNoWorse(less, planUplink({ capacityBps: high, subscribers: room }));
      }),
      RUNS,
    );
  });

  it('[E1] with one more subscriber gives nobody a better picture', () => {
    fc.assert(
      fc.property(anyCapacity, anyRoom, (capacityBps, room) => {
        const fewer = planUplink({ capacityBps, subscribers: room.slice(1) });
        expectNoWorse(planUplink({ capacityBps, subscribers: room }), fewer);
      }),
      RUNS,
    );
  });

  it('[E1] is divided alike, whatever the order of subscribers and their videos', () => {
    fc.assert(
      fc.property(
        anyCapacity,
        anyRoom,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (capacityBps, room, keys) => {
          const shuffle = <T>(things: readonly T[]) =>
            things
              .map((thing) => ({ thing, key: keys.next().value as number }))
              .sort((a, b) => a.key - b.key)
              .map(({ thing }) => thing);
          const other = shuffle(room).map((one) => ({ ...one, videos: shuffle(one.videos) }));
          const previous = planUplink({ capacityBps: capacityBps * 0.7, subscribers: room });
          expect(planUplink({ capacityBps, subscribers: other, previous })).toEqual(
            planUplink({ capacityBps, subscribers: room, previous }),
          );
        },
      ),
      RUNS,
    );
  });

  it('[E1] gives a picture its floor, or what a small one can use, or pauses it; and never enlarges one', () => {
    fc.assert(
      fc.property(anyCapacity, anyRoom, (capacityBps, room) => {
        const plan = videosOf(planUplink({ capacityBps, subscribers: room }));
        const plenty = videosOf(planUplink({ capacityBps: 1e10, subscribers: room }));
        for (const { farId, videos } of room)
          for (const { stream, height, framerate, maxHeight = Infinity } of videos) {
            const video = plan.get(`${farId} ${stream}`)!;
            if (video.state === 'paused') {
              expect(video).toMatchObject({ maxBitrateBps: 0, wireBps: 0, height: 0, maxFramerate: 0 });
              continue;
            }
            const mostBps = plenty.get(`${farId} ${stream}`)!.maxBitrateBps;
            expect(video.maxBitrateBps).toBeGreaterThanOrEqual(Math.min(DEFAULT_LIMITS.minVideoBps, mostBps));
            expect(video.scaleResolutionDownBy).toBeGreaterThanOrEqual(1);
            expect(video.height).toBeLessThanOrEqual(Math.min(height || 720, maxHeight));
            expect(video.maxFramerate).toBeLessThanOrEqual(framerate);
          }
      }),
      RUNS,
    );
  });

  it('[E3] that wobbles by 5 % round any value changes an encoding at most once, and bit rates by whole steps', () => {
    const wobble = fc.array(fc.double({ min: 0.95, max: 1.05, noNaN: true }), {
      minLength: 2,
      maxLength: 12,
    });
    const start = fc.option(fc.double({ min: 0.2, max: 3, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(anyCapacity, anyRoom, wobble, start, (capacityBps, room, factors, before) => {
        // The first plan takes leave of what was before; what comes then is noise.
        const planAt = (factor: number, previous?: UplinkPlan) =>
          planUplink({ capacityBps: capacityBps * factor, subscribers: room, previous });
        let previous = planAt(factors[0]!, before === undefined ? undefined : planAt(before));
        const changes = new Map<string, number>();
        for (const factor of factors.slice(1)) {
          const plan = planAt(factor, previous);
          const formers = videosOf(previous);
          for (const [key, { height, maxFramerate, maxBitrateBps, state }] of videosOf(plan)) {
            const former = formers.get(key)!;
            if (former.height !== height || former.maxFramerate !== maxFramerate)
              changes.set(key, (changes.get(key) ?? 0) + 1);
            if (former.maxBitrateBps === maxBitrateBps || state === 'paused' || former.state === 'paused')
              continue;
            const ratio = Math.max(
              maxBitrateBps / former.maxBitrateBps,
              former.maxBitrateBps / maxBitrateBps,
            );
            expect(ratio).toBeGreaterThanOrEqual(1.08);
          }
          previous = plan;
        }
        expect(Math.max(0, ...changes.values())).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  it('[E1] pauses the least weight first, then who had no picture before, then the higher ID', () => {
    const weights = new Map([
      ['peer 0', 1],
      ['peer 1', 5],
      ['peer 2', 1],
    ]);
    const room = subscribers(3).map((one) => ({
      ...one,
      videos: [{ ...CAMERA, weight: weights.get(one.farId) ?? 1 }],
    }));
    const paused = (plan: UplinkPlan) =>
      plan.subscribers.filter(({ videos }) => videos[0]?.state === 'paused').map(({ farId }) => farId);
    const capacityBps = 400_000; // 328 of media: 150 of sound, 24 of messages, 2 floors of 75 on the wire
    expect(paused(planUplink({ capacityBps, subscribers: room }))).toEqual(['peer 2']);
    const previous = planUplink({ capacityBps, subscribers: room.slice(1) });
    expect(paused(previous)).toEqual([]);
    expect(paused(planUplink({ capacityBps, subscribers: room, previous }))).toEqual(['peer 0']);
  });

  it('[E1] leaves to others what one does not need, and shares the rest by weight', () => {
    const small = { ...CAMERA, maxHeight: 90, maxFramerate: 15 };
    const room = [
      { farId: 'alice', audioStreams: 1, videos: [small] },
      { farId: 'bob', audioStreams: 1, videos: [CAMERA] },
      { farId: 'charlie', audioStreams: 1, videos: [{ ...CAMERA, weight: 3 }] },
    ];
    const [alice, bob, charlie] = planUplink({ capacityBps: 1_000_000, subscribers: room }).subscribers.map(
      ({ videos }) => videos[0]!,
    );
    expect(alice).toMatchObject({ state: 'reduced', why: 'asked', height: 90, maxFramerate: 15 });
    expect(alice!.maxBitrateBps).toBeLessThan(70_000);
    expect(charlie!.maxBitrateBps / bob!.maxBitrateBps).toBeCloseTo(3, 3);
    expect(alice!.wireBps + bob!.wireBps + charlie!.wireBps).toBeCloseTo(820_000 - 174_000, -1);
  });

  it('[E1] whose processor is short shrinks the least weight first, and pauses all at nothing', () => {
    const room = [1, 5].map((weight) => ({
      farId: `weighs ${weight}`,
      audioStreams: 1,
      videos: [{ ...CAMERA, weight }],
    }));
    const at = (cpuVideoScale: number) =>
      planUplink({ capacityBps: 1e8, subscribers: room, limits: { cpuVideoScale } }).subscribers.map(
        ({ videos }) => `${videos[0]!.height} ${videos[0]!.why}`,
      );
    expect(at(1)).toEqual(['720 undefined', '720 undefined']);
    expect(at(0.7)).toEqual(['360 cpu', '720 undefined']);
    expect(at(0.3)).toEqual(['180 cpu', '540 cpu']);
    expect(at(0)).toEqual(['0 cpu', '0 cpu']);
  });

  it('[E1] of any numbers at all has a plan without NaN', () => {
    const hostile = fc.constantFrom(0, -1, NaN, Infinity, -Infinity, 1e-300, 1e300, 1, 720, Number.MAX_VALUE);
    const videos = fc.array(
      fc.record({
        stream: fc.constantFrom('a', 'b'),
        weight: hostile,
        width: hostile,
        height: hostile,
        framerate: hostile,
        maxHeight: hostile,
        maxFramerate: hostile,
      }),
      { maxLength: 3 },
    );
    const room = fc.array(
      fc.record({ farId: fc.constantFrom('a', 'b', 'c'), audioStreams: hostile, videos }),
      { maxLength: 4 },
    );
    const limits = fc.record(
      {
        mediaShare: hostile,
        audioBps: hostile,
        thinAudioBps: hostile,
        minVideoBps: hostile,
        maxVideoBps: hostile,
        messageFloorBps: hostile,
        cpuVideoScale: hostile,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(hostile, room, limits, (capacityBps, list, given) => {
        const first = planUplink({ capacityBps, subscribers: list, limits: given });
        const second = planUplink({ capacityBps, subscribers: list, limits: given, previous: first });
        for (const plan of [first, second]) {
          const numbers = JSON.stringify(plan, (_, value: unknown) =>
            typeof value === 'number' && !(Number.isFinite(value) && value >= 0) ? 'bad' : value,
          );
          expect(numbers).not.toContain('bad');
          expect(plan.subscribers).toHaveLength(list.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('[E1] is divided among a thousand', () => {
    const plan = planUplink({ capacityBps: 1e9, subscribers: subscribers(1_000) });
    expect(plan.audioSafe).toBe(true);
    expect(plan.mediaBps).toBeLessThanOrEqual(8.2e8);
    expect([...videosOf(plan).values()].every(({ state }) => state !== 'paused')).toBe(true);
  });
});
