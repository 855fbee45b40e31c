import { until } from '../../support/wait.js';
import { bobPlaysMallory, heapOf } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'close',
  'toString',
  'hasOwnProperty',
  'then',
  'handle',
  'bye',
  'hello',
];

test('[B9] only what bob has registered can be called, by its exact name', async () => {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  await siege.undisturbed(() =>
    siege.mallory.evaluate((names: string[]) => {
      const link = hostile.keep['link'] as Link;
      const { request } = link.farPlays[0]!;
      for (const name of [...names, 'Say', 'say ', 'say\0', '']) link.call(request, name, 'evil');
      link.call(request, 'say', 'good');
    }, NAMES),
  );
  const heard = () => siege.bob.evaluate(() => kit.keep.heard);
  await until(async () => (await heard()).length > 0, { within: 3_000, what: 'a call' });
  expect(await heard()).toEqual([['good']]);
  const state = await siege.bob.evaluate(() => [
    kit.keep.incoming['show']!.state.get().phase,
    kit.keep.connection.state.get().phase,
    String(({} as { evil?: unknown }).evil),
  ]);
  expect(state).toEqual(['playing', 'connected', 'undefined']);
});

test('[B9] malformed calls are counted, one by one, and the next good one is heard', async () => {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  const count = await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as Link;
    const { request } = link.farPlays[0]!;
    const { encodeDataFrame, encodeValue } = hostile.protocol;
    const pack = (value: unknown) => {
      const encoded = encodeValue(value, Infinity);
      return encoded.ok ? encoded.value : new Uint8Array(0);
    };
    const deep = (depth: number): unknown => (depth === 0 ? 0 : [deep(depth - 1)]);
    const payloads = [
      new Uint8Array(0),
      pack(null),
      pack('say'),
      pack([]),
      pack(['say']),
      pack(['say', {}]),
      pack(['say', { length: 1, 0: 'x' }]),
      pack([['say'], []]),
      pack([7, []]),
      pack(['say', [], []]),
      pack(['say', Array.from({ length: 65 }, () => 0)]),
      new Uint8Array([0x92, 0xa3, 0x73, 0x61, 0x79, 0xdd, 0xff, 0xff, 0xff, 0xff]), // claims 4 billion arguments
      new Uint8Array([0x92, 0xa3, 0x73, 0x61, 0x79, 0x91, ...Array.from({ length: 1_000 }, () => 0x91), 0]),
      new Uint8Array([
        0x92,
        0xa3,
        0x73,
        0x61,
        0x79,
        0x91,
        0x81,
        0xa9,
        ...new TextEncoder().encode('__proto__'),
        0x80,
      ]),
      pack(['say', [new Uint8Array(64 * 1024)]]).slice(0, 64 * 1024),
      pack(deep(12)),
    ];
    for (const payload of payloads)
      link.raw('messages', encodeDataFrame({ type: 'message', request, counter: ++link.counter, payload }));
    link.call(request, 'say', 'good');
    return payloads.length;
  });
  await siege.refused('link/bad-frame', count);
  await until(() => siege.bob.evaluate(() => kit.keep.heard.length === 1), {
    within: 3_000,
    what: 'the good one',
  });
  expect(await siege.bob.evaluate(() => kit.keep.heard)).toEqual([['good']]);
  expect((await siege.ledger()).refused).toEqual({ 'link/bad-frame': count });
});

/** Frames that are thrown at the link that stands; the 100,000 of the row go through the decoders in the unit tests too. */
const FRAMES = 10_000;

test(`[B9] ${FRAMES} frames of seeded noise on all data lanes of a link that stands: nothing throws, nothing is called, nothing is kept`, async () => {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  const settled = await heapOf(siege.bob);
  const beforeCalls = await siege.bob.evaluate(() => kit.keep.heard.length);
  const expected = await siege.undisturbed(() =>
    siege.mallory.evaluate(async (total: number) => {
      const link = hostile.keep['link'] as Link;
      const { request } = link.farPlays[0]!;
      const { encodeDataFrame, encodeValue } = hostile.protocol;
      let seed = 2026;
      const random = (below: number) => {
        // mulberry32: a failure must come again.
        seed = (seed + 0x6d2b79f5) | 0;
        let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
      };
      const call = encodeValue(['shout', ['x', { a: [1, 2, 3] }, new Uint8Array(20)]]);
      const payload = call.ok ? call.value : new Uint8Array(0);
      const lanes = ['messages', 'lossy', 'bulk'] as const;
      let counter = link.counter;
      for (let left = total; left > 0 && !link.isOver; left -= 1) {
        const noisy = payload.slice();
        for (let edits = random(4); edits > 0; edits -= 1) noisy[random(noisy.length)] = random(256);
        const isNext = random(2) === 0;
        const frame = isNext
          ? encodeDataFrame({ type: 'message', request, counter: ++counter, payload: noisy })
          : encodeDataFrame({ type: 'lossy', request, payload: noisy });
        if (!isNext) for (let edits = random(6); edits > 0; edits -= 1) frame[random(13)] = random(256);
        const cut = isNext ? frame : frame.slice(0, 1 + random(frame.length));
        link.raw(isNext ? 'messages' : lanes[random(3)]!, cut);
        if (left % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      link.counter = counter;
      link.call(request, 'say', 'good');
      return link.isOver;
    }, FRAMES),
  );
  expect(expected).toBe(false);
  await until(() => siege.bob.evaluate((before: number) => kit.keep.heard.length > before, beforeCalls), {
    within: 10_000,
    what: 'the good call behind them',
  });
  expect(await siege.bob.evaluate(() => kit.keep.heard.slice(-1))).toEqual([['good']]);
  expect((await siege.ledger()).refused['link/bad-frame']).toBeGreaterThan(1_000);
  await settled();
});
