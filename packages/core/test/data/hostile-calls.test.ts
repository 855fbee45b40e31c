import {
  decodeControlFrame,
  encodeControlFrame,
  encodeDataFrame,
  type Lane,
  type PeerId,
} from '@conclave/protocol';
import fc from 'fast-check';

import { encodeCall } from '../../src/data/calls.js';
import { Handlers } from '../../src/data/handlers.js';
import { Lanes } from '../../src/data/lanes.js';
import type { Link } from '../../src/link/link.js';
import { memoryLink } from '../support/memory-link.js';
import { collectReports, turns } from '../support/reports.js';
import { StreamEnd, BOB } from '../support/stream-ends.js';

const MALLORY = 'e'.repeat(64) as PeerId;

/** As many as row B9 names. */
const RUNS = 100_000;
const LIMIT_MS = 60_000;

/** Good frames with a few bytes changed, cut or put between, and noise. */
function noisy(good: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edited = fc
    .record({
      base: fc.constantFrom(...good),
      at: fc.nat(80),
      skip: fc.nat(5),
      put: fc.uint8Array({ maxLength: 4 }),
      cut: fc.option(fc.nat(80), { freq: 4 }),
    })
    .map(({ base, at, skip, put, cut }) => {
      const bytes = new Uint8Array([...base.subarray(0, at), ...put, ...base.subarray(at + skip)]);
      return cut === null ? bytes : bytes.subarray(0, cut);
    });
  return fc.oneof(
    { arbitrary: edited, weight: 8 },
    { arbitrary: fc.constantFrom(...good), weight: 1 },
    fc.uint8Array({ maxLength: 40 }),
  );
}

test(
  '[B9] 100,000 data frames of noise on all lanes of a link: none throws, each message is handed over at most once and in order',
  async () => {
    const reported = collectReports();
    const link = memoryLink(MALLORY);
    const handlers = new Handlers(() => {});
    const called: unknown[] = [];
    handlers.handle('chat', (...args) => called.push(args));
    let messages = 0;
    const lanes = new Lanes({
      deliver: (_, { payload }, decide) => {
        messages += 1;
        return handlers.receive(payload, decide) ?? 'dropped';
      },
      lossy: (_, __, payload) => handlers.receive(payload, () => {}) !== undefined,
      bulk: () => false,
      reborn: () => {},
      wake: () => {},
      path: () => false,
    });
    lanes.up(link.port);
    const resume = { near: new Uint8Array(8).fill(1), far: new Uint8Array(8), counter: 0, verdicts: [] };
    expect(lanes.received(link.port, 'messages', encodeDataFrame({ type: 'resume', ...resume }))).toBe(true);
    let counter = 0;
    const call = encodeCall('chat', ['x', { a: [1] }]);
    const good = [
      encodeDataFrame({ type: 'lossy', request: 1, payload: call }),
      encodeDataFrame({ type: 'ack', counter: Number.MAX_SAFE_INTEGER, verdicts: [] }),
      encodeDataFrame({ type: 'ack', counter: 0, verdicts: [{ counter: 7, is: 'dropped' }] }),
      encodeDataFrame({ type: 'resume', ...resume }),
      encodeDataFrame({ type: 'answer', request: 1, counter: 2 ** 41, payload: call }),
      encodeDataFrame({ type: 'bulk', sentAtUs: 0, transfer: 1, offset: 0, payload: call }),
      encodeDataFrame({ type: 'message', request: 1, counter: 2 ** 40, payload: call }),
    ];
    const seen = { taken: 0, refused: 0 };
    const names = fc.constantFrom<Lane>('messages', 'lossy', 'bulk', 'control');
    fc.assert(
      fc.property(noisy(good), names, fc.nat(20), (bytes, name, turn) => {
        // Now and then the next message, or the world behind the counter would never be reached.
        const frame =
          turn === 0
            ? encodeDataFrame({ type: 'message', request: turn, counter: (counter += 1), payload: call })
            : bytes;
        if (turn === 0) name = 'messages';
        if (lanes.received(link.port, name, frame)) seen.taken += 1;
        else seen.refused += 1;
        if (link.wire.length > 100) link.wire.length = 0;
      }),
      { seed: 2026, numRuns: RUNS },
    );
    await turns();
    expect(reported).toEqual([]);
    expect(Math.min(seen.taken, seen.refused, messages, called.length)).toBeGreaterThan(1_000);
    handlers.close();
  },
  LIMIT_MS,
);

test.each([
  ['is not proven: nobody is asked', undefined],
  ['is proven: who is refused gets nothing', { farId: MALLORY } as Link],
])(
  '[B9] 100,000 control frames of noise at both halves of a connection, on a link that %s, and none throws',
  async (_, link) => {
    const reported = collectReports();
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] });
    const port = { ...memoryLink(MALLORY).port, link };
    const { publisher, subscriptions } = new StreamEnd(BOB);
    let asked = 0;
    publisher.publish('camera', () => (asked += 1) < 0);
    const codes = { ok: 0, refused: 0 };
    const good = [
      encodeControlFrame({ t: 'play', play: { request: 1, stream: 'camera' } }),
      encodeControlFrame({ t: 'play', play: { request: 2, stream: 'camera', audioMid: '0', videoMid: '1' } }),
      encodeControlFrame({ t: 'unplay', request: 1 }),
      encodeControlFrame({ t: 'receive', request: 1, audio: true, video: false }),
      encodeControlFrame({ t: 'granted', request: 1 }),
      encodeControlFrame({ t: 'waiting', request: 1 }),
      encodeControlFrame({ t: 'ended', request: 1, code: 'stream/refused', reason: 'no' }),
      encodeControlFrame({ t: 'bye', code: 'peer/closed' }),
      encodeControlFrame({ t: 'candidates', revision: 1, candidates: [] }),
    ];
    fc.assert(
      fc.property(noisy(good), (bytes) => {
        const frame = decodeControlFrame(bytes);
        codes[frame.ok ? 'ok' : 'refused'] += 1;
        if (!frame.ok) return;
        if (!publisher.control(port, frame.value)) subscriptions.control(port, frame.value);
      }),
      { seed: 2027, numRuns: RUNS },
    );
    await turns();
    expect(asked > 0).toBe(link !== undefined);
    expect(publisher.granted.get()).toEqual([]);
    expect(publisher.waitingRoom.list.get().length).toBeLessThanOrEqual(link ? 8 : 0);
    publisher.down(port, 'peer/closed', false);
    expect(publisher.waitingRoom.list.get()).toEqual([]);
    expect(reported).toEqual([]);
    expect(Math.min(codes.ok, codes.refused)).toBeGreaterThan(1_000);
    jest.useRealTimers();
  },
  LIMIT_MS,
);

test('[B9] what waits for a handler weighs what it weighed on the wire, however many objects it stands for', () => {
  const collect = heap();
  const handlers = new Handlers(() => {});
  const prefix = [0x92, 0xa3, 0x6e, 0x6f, 0x6e, 0x91, 0xdd, 0, 0, 0xfe, 0x00];
  // ["non", [[{}, {}, ... 65,024 empty maps]]]: the most objects that 64 KiB can stand for.
  const payload = new Uint8Array(prefix.length + 0xfe00).fill(0x80);
  payload.set(prefix);
  const before = collect();
  for (let left = 64; left > 0; left -= 1) expect(handlers.receive(payload, () => {})).toBe('waits');
  const grown = collect() - before;
  let heard = 0;
  handlers.handle('non', (list) => (heard += (list as unknown[]).length));
  handlers.close();
  expect(heard).toBe(64 * 0xfe00);
  expect(grown).toBeLessThan(2 * 64 * payload.byteLength);
});

/** Weighs the heap after a full collection. */
function heap(): () => number {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  const collect = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
  return () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
}
