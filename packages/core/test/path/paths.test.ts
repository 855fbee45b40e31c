import { decodePathFrame, encodePathFrame, type PathFrame } from '@conclave/protocol';
import fc from 'fast-check';

import { Paths } from '../../src/path/paths.js';
import type { PathReport, TrainReport } from '../../src/path/path-types.js';
import { collectReports, turns } from '../support/reports.js';
import { ALICE, BOB } from '../support/stream-ends.js';
import { virtualLink } from '../support/virtual-link.js';
import { pass, useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

const WRAP = 2 ** 32;
/** SCTP 28, DTLS 29, UDP and IP 28: what a packet is longer on the wire than its frame. */
const AROUND_FRAME_BYTES = 85;

/** Alice measures the path to bob: what either sends is on its way until the test lets it arrive. */
function scene({
  hearsOthers = (): boolean => false,
  /** What alice's clock shows when it is this time by bob's. */
  aliceClockUs = (us: number) => us,
} = {}) {
  const link = virtualLink([ALICE, BOB]);
  const [aliceEnd, bobEnd] = link.ends;
  const heard: PathReport[] = [];
  const asked: string[] = [];
  const linkTo = () => (link.isAlive ? aliceEnd.port : undefined);
  const alice = new Paths({ linkTo, hearsOthersThan: () => false });
  const bob = new Paths({
    linkTo: () => undefined,
    hearsOthersThan: (farId) => asked.push(farId) > 0 && hearsOthers(),
  });
  alice.onReport((report) => heard.push(report));
  const arrives = (to: 'alice' | 'bob', frame: PathFrame) => {
    if (to === 'alice') return alice.received(aliceEnd.port, encodePathFrame(frame));
    const isProbe = frame.type === 'probe';
    const timed = isProbe ? { ...frame, sentAtUs: aliceClockUs(frame.sentAtUs) } : frame;
    return bob.received(bobEnd.port, encodePathFrame(timed));
  };
  const next = (to: 'alice' | 'bob'): PathFrame | undefined => {
    const crossing = (to === 'alice' ? aliceEnd : bobEnd).inbound.shift();
    if (!crossing) return undefined;
    expect(crossing.lane).toBe('lossy');
    const decoded = decodePathFrame(crossing.bytes);
    if (!decoded.ok) throw new Error(decoded.code);
    return decoded.value;
  };
  const deliver = (to: 'alice' | 'bob'): void => {
    for (let frame = next(to); frame; frame = next(to)) arrives(to, frame);
  };
  return {
    link,
    alice,
    bob,
    alicePort: aliceEnd.port,
    bobPort: bobEnd.port,
    /** What alice has heard. */
    heard,
    /** Of whom bob was asked whether he hears others. */
    asked,
    arrives,
    next,
    deliver,
    /** Takes what bob has said without letting it arrive. */
    said: () => aliceEnd.inbound.splice(0).map(({ bytes }) => decodePathFrame(bytes)),
    /** What is on its way to bob, in bytes of frames. */
    leaving: () => bobEnd.inbound.map(({ bytes }) => bytes.byteLength),
    /** A sounding of alice that is so long on its way, and what bob says of it. */
    async sounds(delayMs: number): Promise<PathReport | undefined> {
      alice.sound(BOB);
      await pass(delayMs);
      deliver('bob');
      await pass(60);
      deliver('alice');
      return heard.at(-1);
    },
  };
}

/** Lets packets of a train arrive, the first one now and each further one so much later. */
async function arriveApart(
  { next, arrives }: ReturnType<typeof scene>,
  packets: number,
  gapMs: number,
): Promise<void> {
  for (let at = 0; at < packets; at++) {
    if (at > 0) await pass(gapMs);
    const frame = next('bob');
    if (frame) arrives('bob', frame);
  }
}

/** A promise that can be looked at. */
function watched<T>(promise: Promise<T>): { readonly settled: boolean; readonly value: T | undefined } {
  const watch = { settled: false, value: undefined as T | undefined };
  void promise.then((value) => Object.assign(watch, { settled: true, value }));
  return watch;
}

describe('reports', () => {
  test('[E3] a sounding brings a report of how much longer than the first one it was on its way', async () => {
    const { sounds, heard } = scene();
    expect(await sounds(30)).toEqual({
      farId: BOB,
      minDelayMs: 0,
      medianDelayMs: 0,
      bytes: 0,
      packets: 1,
      isTimeCritical: false,
    });
    expect(await sounds(80)).toMatchObject({ minDelayMs: 50, medianDelayMs: 50, packets: 1 });
    expect(await sounds(10)).toMatchObject({ minDelayMs: -20, medianDelayMs: -20, packets: 1 });
    expect(heard).toHaveLength(3);
  });

  test('[E3] a report says the least and the median of what came since the one before, and how many bytes of files', async () => {
    const { bob, bobPort, sounds, deliver, heard } = scene();
    await sounds(10);
    bob.timed(bobPort, 0, 0);
    deliver('alice');
    const nowUs = Math.round(performance.now() * 1000);
    // Three frames of a file, 60, 10 and 40 ms on their way: the first report has left just now, so these wait for the next.
    for (const delayMs of [60, 10, 40]) bob.timed(bobPort, nowUs - delayMs * 1000, 1_000);
    await pass(49);
    deliver('alice');
    expect(heard).toHaveLength(2);
    await pass(1);
    deliver('alice');
    expect(heard).toHaveLength(3);
    expect(heard[2]).toMatchObject({ minDelayMs: 0, medianDelayMs: 30, bytes: 3_000, packets: 3 });
  });

  test('[E3] reports leave every 50 ms at the most, and leave no frame out', async () => {
    const { bob, bobPort, said, deliver, heard } = scene();
    for (let at = 0; at < 1_000; at++) {
      bob.timed(bobPort, 0, 10);
      await jest.advanceTimersByTimeAsync(1);
      deliver('alice');
    }
    expect(heard.length).toBeGreaterThanOrEqual(20);
    expect(heard.length).toBeLessThanOrEqual(21);
    await pass(60);
    deliver('alice');
    expect(heard.reduce((sum, { packets }) => sum + packets, 0)).toBe(1_000);
    expect(heard.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(10_000);
    await pass(10_000);
    expect(said()).toEqual([]); // where nothing comes, nothing is said
  });

  test('[E3] in a page in the background, where timers are late, reports leave all the same', async () => {
    const native = globalThis.setTimeout;
    const late = jest
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation((task: () => void, ms = 0) => native(task, Math.max(1_030, ms)));
    try {
      const { bob, bobPort, deliver, heard } = scene();
      for (let at = 0; at < 300; at++) {
        bob.timed(bobPort, 0, 0);
        deliver('alice');
        await jest.advanceTimersByTimeAsync(10);
      }
      expect(heard).toHaveLength(60); // nor does a timer from before add one
    } finally {
      late.mockRestore();
    }
  });

  test('[D8] a report that another one has overtaken says nothing, and nothing is counted twice', () => {
    const { arrives, heard } = scene();
    const report = { type: 'report', minDelayUs: 0, medianDelayUs: 0, isTimeCritical: false } as const;
    for (const packets of [3, 9, 5, 12]) arrives('alice', { ...report, packets, bytes: 100 * packets });
    expect(heard.map(({ packets }) => packets)).toEqual([3, 6, 3]);
    expect(heard.map(({ bytes }) => bytes)).toEqual([300, 600, 300]);
  });

  test('[E3] sums that wrap modulo 2^32 are counted on', () => {
    const { arrives, heard } = scene();
    const says = (bytes: number, packets: number) =>
      arrives('alice', {
        type: 'report',
        minDelayUs: 0,
        medianDelayUs: 0,
        bytes,
        packets,
        isTimeCritical: false,
      });
    says(WRAP - 1_000, WRAP - 2);
    says(2_000, 3);
    says(2_500, 4);
    expect(heard.slice(1)).toMatchObject([
      { bytes: 3_000, packets: 5 },
      { bytes: 500, packets: 1 },
    ]);
  });

  test('[E3] bytes of files beyond 2^32 on one link are counted on', async () => {
    const { bob, bobPort, deliver, heard } = scene();
    for (const bytes of [WRAP - 100, 300, 700]) {
      bob.timed(bobPort, 0, bytes);
      await pass(60);
      deliver('alice');
    }
    expect(heard.map(({ bytes }) => bytes)).toEqual([WRAP - 100, 300, 700]);
  });

  test.each([1, 1_000_000_000, WRAP / 2 - 30_000, WRAP / 2, WRAP - 30_000])(
    '[E3] clocks that are %d us apart change no difference',
    async (apartUs) => {
      const { sounds, heard } = scene({ aliceClockUs: (us) => us + apartUs });
      for (const delayMs of [10, 60, 5]) await sounds(delayMs);
      expect(heard.map(({ minDelayMs }) => minDelayMs)).toEqual([0, 50, -5]);
      expect(heard.map(({ medianDelayMs }) => medianDelayMs)).toEqual([0, 50, -5]);
    },
  );

  test('[E3] a clock that wraps while a packet is on its way changes no difference', async () => {
    const { sounds } = scene();
    await sounds(20);
    jest.advanceTimersByTime(WRAP / 1000 - performance.now() - 30);
    expect(await sounds(45)).toMatchObject({ minDelayMs: 25, medianDelayMs: 25 });
    expect(await sounds(20)).toMatchObject({ minDelayMs: 0, medianDelayMs: 0 });
  });

  test('[E3] clocks that drift apart for days are followed, without a jump', async () => {
    // Alice's is 10 % slow, worse than any: after 14 hours it is 83 minutes behind, more than 2^32 us.
    const { sounds, heard } = scene({ aliceClockUs: (us) => us - Math.round(performance.now() * 100) });
    for (let at = 0; at < 100; at++) {
      await sounds(20);
      jest.advanceTimersByTime(500_000);
    }
    const steps = heard.slice(1).map(({ minDelayMs }, at) => minDelayMs - (heard[at]?.minDelayMs ?? 0));
    expect(Math.min(...steps)).toBeCloseTo(50_008, 0);
    expect(Math.max(...steps)).toBeCloseTo(50_008, 0);
    expect(heard.at(-1)?.minDelayMs).toBeGreaterThan(WRAP / 1000);
  });

  test('[E2] a report says whether its sender hears somebody else than who it is for', async () => {
    let hears = false;
    const { sounds, asked } = scene({ hearsOthers: () => hears });
    expect(await sounds(10)).toMatchObject({ isTimeCritical: false });
    hears = true;
    expect(await sounds(10)).toMatchObject({ isTimeCritical: true });
    hears = false;
    expect(await sounds(10)).toMatchObject({ isTimeCritical: false });
    expect(new Set(asked)).toEqual(new Set([ALICE]));
  });

  test('[E3] a listener that throws keeps no other from hearing, and one that left hears no more', async () => {
    const uncaught = collectReports();
    const { alice, sounds } = scene();
    const others: number[] = [];
    const failing = alice.onReport(() => {
      throw new Error('of the application');
    });
    const leave = alice.onReport(() => others.push(1));
    await sounds(10);
    expect([others.length, uncaught.length]).toEqual([1, 1]);
    leave();
    failing();
    await sounds(10);
    expect([others.length, uncaught.length]).toEqual([1, 1]);
  });
});

describe('trains', () => {
  test.each([
    [undefined, 550],
    [1_100, 1_100],
    [5_000, 1_100],
    [0, 1],
  ])(
    '[E3] four packets of %p bytes bring their spread, and bytes as they are on the wire',
    async (asked, bytes) => {
      const ends = scene();
      const train = ends.alice.probe(BOB, asked);
      const frames = ends.leaving();
      expect(frames).toHaveLength(4);
      expect(new Set(frames)).toEqual(new Set([bytes + 10]));
      await pass(30);
      await arriveApart(ends, 4, 5);
      ends.deliver('alice');
      const wireBytes = 3 * ((frames[0] ?? 0) + AROUND_FRAME_BYTES);
      expect(await train).toEqual({ packets: 4, bytes: wireBytes, spreadMs: 15 });
    },
  );

  test('[E3] the spread of a train during which a clock wraps is right', async () => {
    const ends = scene();
    jest.advanceTimersByTime(WRAP / 1000 - performance.now() - 7);
    const train = ends.alice.probe(BOB);
    await arriveApart(ends, 4, 5);
    ends.deliver('alice');
    expect((await train)?.spreadMs).toBeCloseTo(15, 2);
  });

  test('[E3] a train that lost its end is told of 200 ms after its begin, as far as it came', async () => {
    const ends = scene();
    const train = watched(ends.alice.probe(BOB));
    await arriveApart(ends, 3, 10);
    await pass(179);
    ends.deliver('alice');
    await turns();
    expect(train.settled).toBe(false);
    await pass(1);
    ends.deliver('alice');
    await turns();
    expect(train.value).toEqual({ packets: 3, bytes: 2 * (560 + AROUND_FRAME_BYTES), spreadMs: 20 });
  });

  test('[E3] a train of which one packet came tells nothing', async () => {
    const ends = scene();
    const train = ends.alice.probe(BOB);
    await arriveApart(ends, 1, 0);
    await pass(200);
    ends.deliver('alice');
    expect(await train).toBeUndefined();
  });

  test('[E3] while a train is under way another one is not sent, and disturbs nothing', async () => {
    const ends = scene();
    const first = ends.alice.probe(BOB);
    expect(await ends.alice.probe(BOB)).toBeUndefined();
    expect(ends.leaving()).toHaveLength(4);
    await arriveApart(ends, 4, 2);
    ends.deliver('alice');
    expect(await first).toMatchObject({ packets: 4, spreadMs: 6 });
    void ends.alice.probe(BOB);
    expect(ends.leaving()).toHaveLength(4);
  });

  test('[E3] where nothing is heard in 1 s there is nothing to tell, and what comes later counts for no other train', async () => {
    const ends = scene();
    const first = watched(ends.alice.probe(BOB));
    await pass(999);
    expect(first.settled).toBe(false);
    await pass(1);
    expect(first).toEqual({ settled: true, value: undefined });
    const second = watched(ends.alice.probe(BOB));
    await arriveApart(ends, 4, 1); // the first, at last
    ends.deliver('alice');
    await turns();
    expect(second.settled).toBe(false);
    await arriveApart(ends, 4, 4);
    ends.deliver('alice');
    await turns();
    expect(second.value).toMatchObject({ packets: 4, spreadMs: 12 });
  });

  test('[E3] to whom no link stands nothing is sent', async () => {
    const { alice, link } = scene();
    link.kill();
    alice.sound(BOB);
    expect(await alice.probe(BOB)).toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a hostile far end', () => {
  const spread = { type: 'spread', train: 1, packets: 4, bytes: 1_650, spreadUs: 15_000 } as const;

  test('[B9] a spread for a train that was never sent changes nothing', async () => {
    const ends = scene();
    expect(ends.arrives('alice', spread)).toBe(true);
    const train = watched(ends.alice.probe(BOB));
    for (const number of [0, 2, WRAP - 1]) ends.arrives('alice', { ...spread, train: number });
    await turns();
    expect(train.settled).toBe(false);
    ends.arrives('alice', spread);
    await turns();
    expect(train.value).toMatchObject({ packets: 4, spreadMs: 15 });
  });

  test.each<[string, Partial<typeof spread> | { packets: number; bytes: number }]>([
    ['of 9 packets', { packets: 9, bytes: 1_650 }],
    ['of no packets', { packets: 0, bytes: 0 }],
    ['of more bytes than were sent', { packets: 4, bytes: 3_301 }],
    ['of 4 GB', { packets: 4, bytes: WRAP - 1 }],
  ])('[B9] a spread %s tells nothing', async (_, lie) => {
    const ends = scene();
    const train: Promise<TrainReport | undefined> = ends.alice.probe(BOB);
    ends.arrives('alice', { ...spread, ...lie });
    expect(await train).toBeUndefined();
  });

  test.each([4, 1, 255])(
    '[B9] a flood of trains of %d is answered 8 times, and twice a second from then on',
    async (of) => {
      const ends = scene();
      const floods = async (seconds: number) => {
        for (let at = 0; at < seconds * 100; at++) {
          for (let packet = 0; packet < 4; packet++)
            ends.arrives('bob', { type: 'probe', train: trains, of, sentAtUs: 0, padding: 0 });
          trains += 1;
          await jest.advanceTimersByTimeAsync(10);
        }
        await pass(200);
        const said = ends.said().flatMap((frame) => (frame.ok ? frame.value.type : []));
        expect(said.filter((type) => type === 'report').length).toBeLessThanOrEqual(seconds * 20 + 5);
        return said.filter((type) => type === 'spread').length;
      };
      let trains = 1;
      const first = await floods(1);
      expect(first).toBeGreaterThanOrEqual(8);
      expect(first).toBeLessThanOrEqual(10);
      expect(await floods(10)).toBeLessThanOrEqual(21);
    },
  );

  test('[B9] what is no frame of a path is refused, whatever it says, and nothing throws', () => {
    const { alice, alicePort, arrives } = scene();
    expect(alice.received(alicePort, Uint8Array.of(8, 1, 2))).toBe(false);
    expect(alice.received(alicePort, new Uint8Array(0))).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        bytes[0] = 8 + ((bytes[0] ?? 0) % 4);
        alice.received(alicePort, bytes);
      }),
      { seed: 2026, numRuns: 1_000 },
    );
    expect(arrives('alice', spread)).toBe(true);
  });
});

describe('the end of a link', () => {
  test('[E3] ends what waits: no timer stays, nothing more is sent, and a train has nothing to tell', async () => {
    const ends = scene();
    const train = watched(ends.alice.probe(BOB));
    await arriveApart(ends, 2, 5);
    expect(jest.getTimerCount()).toBe(3); // alice's train, bob's train, bob's report
    ends.said();
    ends.alice.down(ends.alicePort);
    ends.bob.down(ends.bobPort);
    expect(jest.getTimerCount()).toBe(0);
    await pass(2_000);
    expect(train).toEqual({ settled: true, value: undefined });
    expect(ends.said()).toEqual([]);
  });

  test('[E3] of a link that never measured anything ends quietly', () => {
    const { alice, alicePort } = scene();
    alice.down(alicePort);
    expect(jest.getTimerCount()).toBe(0);
  });
});
