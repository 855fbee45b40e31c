import { encodeValue, MAX_ARGUMENTS, MAX_MESSAGE_BYTES, type Value } from '@conclave/protocol';
import fc from 'fast-check';

import { encodeCall } from '../../src/data/calls.js';
import { Handlers } from '../../src/data/handlers.js';
import { collectReports, turns } from '../support/reports.js';

const encoded = (value: unknown): Uint8Array => {
  const result = encodeValue(value, Infinity);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};

/** Handlers of a stream that is asked nothing. */
const noAnswers = () => new Handlers(() => {});
const ignore = () => {};

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] }));
afterEach(() => void jest.useRealTimers());

test('[C9] a call reaches the handler of its name with its arguments as they were', () => {
  const handlers = noAnswers();
  const heard: unknown[] = [];
  handlers.handle('draw', (...args) => heard.push(args));
  const args: Value[] = [
    1,
    -0.5,
    'å',
    null,
    true,
    [1, [2]],
    { a: { b: 1 } },
    new Uint8Array([1, 2]),
    new Date(0),
  ];
  expect(handlers.receive(encodeCall('draw', args), ignore)).toBe('handled');
  expect(handlers.receive(encodeCall('draw', []), ignore)).toBe('handled');
  expect(handlers.receive(encodeCall('Draw', [1]), ignore)).toBe('waits');
  expect(heard).toEqual([args, []]);
});

test('[C9] every handler of a name is called, and one that has gone is not', () => {
  const handlers = noAnswers();
  const heard: string[] = [];
  const stop = handlers.handle('chat', (text) => heard.push(`a ${text as string}`));
  handlers.handle('chat', (text) => heard.push(`b ${text as string}`));
  handlers.receive(encodeCall('chat', ['1']), ignore);
  stop();
  handlers.receive(encodeCall('chat', ['2']), ignore);
  expect(heard).toEqual(['a 1', 'b 1', 'b 2']);
});

test('[C9] calls wait for a handler that is registered a moment later, in order, and only for its name', () => {
  const handlers = noAnswers();
  for (const text of ['1', '2']) handlers.receive(encodeCall('chat', [text]), ignore);
  handlers.receive(encodeCall('draw', ['x']), ignore);
  const heard: Value[] = [];
  handlers.handle('chat', (text) => heard.push(text));
  expect(heard).toEqual(['1', '2']);
  handlers.handle('chat', (text) => heard.push(`again ${text as string}`));
  expect(heard).toEqual(['1', '2']);
});

test('[C9] what waits is bounded: 64 calls, 10 s', () => {
  const handlers = noAnswers();
  for (let i = 0; i < 100; i += 1) handlers.receive(encodeCall('chat', [i]), ignore);
  const heard: Value[] = [];
  handlers.handle('chat', (number) => heard.push(number))();
  expect(heard).toEqual(Array.from({ length: 64 }, (_, index) => index));
  handlers.receive(encodeCall('late', [1]), ignore);
  jest.advanceTimersByTime(10_000);
  handlers.handle('late', (number) => heard.push(number));
  expect(heard).toHaveLength(64);
  expect(jest.getTimerCount()).toBe(0);
});

test('[C9] closing forgets handlers, what waits, and every timer', () => {
  const handlers = noAnswers();
  let called = 0;
  handlers.handle('chat', () => (called += 1));
  handlers.receive(encodeCall('draw', []), ignore);
  handlers.close();
  expect(jest.getTimerCount()).toBe(0);
  handlers.receive(encodeCall('chat', []), ignore);
  expect(called).toBe(0);
  handlers.close();
});

test('[B9] a handler that throws is reported, and the next one is called', async () => {
  const reported = collectReports();
  const handlers = noAnswers();
  const error = new Error('a fault of the application');
  let called = 0;
  handlers.handle('chat', () => {
    throw error;
  });
  handlers.handle('chat', () => (called += 1));
  expect(handlers.receive(encodeCall('chat', []), ignore)).toBe('handled');
  expect(called).toBe(1);
  await turns();
  expect(reported).toEqual([error]);
});

test.each([
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'close',
  'handle',
  'receive',
  'then',
])('[B9] the name %s calls nothing that was not registered', (name) => {
  const handlers = noAnswers();
  expect(handlers.receive(encoded([name, [1]]), ignore)).toBe('waits'); // it waits like any other name, and for nothing
  let called = 0;
  handlers.handle('chat', () => (called += 1));
  handlers.receive(encodeCall('chat', []), ignore);
  expect(called).toBe(1);
  handlers.handle(name, () => (called += 1));
  expect(called).toBe(2);
});

test('[B9] a message for a name that nobody registered reaches no handler of another name', () => {
  const handlers = noAnswers();
  let called = 0;
  handlers.handle('chat', () => (called += 1));
  for (const name of ['draw', 'Chat', 'chat ', 'constructor']) handlers.receive(encoded([name, [1]]), ignore);
  expect(called).toBe(0);
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['no array', encoded({ 0: 'chat', 1: [] })],
  ['an empty array', encoded([])],
  ['no arguments', encoded(['chat'])],
  ['arguments that are no array', encoded(['chat', { length: 1 }])],
  ['a name that is no text', encoded([7, []])],
  ['a name in an array', encoded([['chat'], []])],
  ['more than name and arguments', encoded(['chat', [], []])],
  ['65 arguments', encoded(['chat', Array.from({ length: MAX_ARGUMENTS + 1 }, () => 0)])],
  ['more than 64 KiB', encoded(['chat', [new Uint8Array(MAX_MESSAGE_BYTES)]])],
])('[B9] a message with %s is refused', (_, payload) => {
  const handlers = noAnswers();
  let called = 0;
  handlers.handle('chat', () => (called += 1));
  expect(handlers.receive(payload, ignore)).toBeUndefined();
  expect(called).toBe(0);
});

test('[B9] arguments cannot reach into the prototypes of the receiver', () => {
  const handlers = noAnswers();
  const heard: Value[] = [];
  handlers.handle('chat', (value) => heard.push(value));
  // { "__proto__": { "admin": true } }, as bytes: no encoder of ours would make it.
  const proto = [
    0x81,
    0xa9,
    ...new TextEncoder().encode('__proto__'),
    0x81,
    0xa5,
    ...new TextEncoder().encode('admin'),
    0xc3,
  ];
  handlers.receive(new Uint8Array([0x92, 0xa4, ...new TextEncoder().encode('chat'), 0x91, ...proto]), ignore);
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
  for (const value of heard) expect((value as { admin?: unknown }).admin).toBeUndefined();
});

test('[B9] 100,000 frames of noise never throw and never call what they do not name', () => {
  const handlers = noAnswers();
  let called = 0;
  handlers.handle('chat', () => (called += 1));
  const valid = [
    encodeCall('chat', ['hello', { a: [1, 2, 3] }, new Uint8Array(16)]),
    encodeCall('draw', [new Date(0), null, -1]),
  ];
  const noise = fc.record({
    base: fc.constantFrom(...valid),
    cut: fc.nat({ max: 60 }),
    at: fc.nat({ max: 60 }),
    put: fc.uint8Array({ maxLength: 4 }),
  });
  let refused = 0;
  fc.assert(
    fc.property(noise, ({ base, cut, at, put }) => {
      const bytes = new Uint8Array([...base.subarray(0, at), ...put, ...base.subarray(at + (cut % 5))]);
      const before = called;
      const taken = handlers.receive(bytes, ignore);
      if (!taken) refused += 1;
      if (!taken && called !== before) throw new Error('refused, and called');
    }),
    { seed: 2026, numRuns: 100_000 },
  );
  expect(Math.min(called, refused)).toBeGreaterThan(1000);
}, 60_000);

test.each([
  ['', [], 'usage/invalid-argument'],
  ['x'.repeat(257), [], 'usage/invalid-argument'],
  ['chat', Array.from({ length: 65 }, () => 0), 'usage/invalid-argument'],
  ['chat', [() => {}], 'data/unsupported-value'],
  ['chat', [new Map()], 'data/unsupported-value'],
  ['chat', [new Uint8Array(MAX_MESSAGE_BYTES)], 'data/too-large'],
] as unknown as [string, Value[], string][])(
  '[C9] the call %.10s with %# is refused where it is made',
  (name, args, code) => {
    expect(() => encodeCall(name, args)).toThrow(expect.objectContaining({ code }));
  },
);

test('[C9] 64 KiB encoded is the largest message, to the byte', () => {
  const overhead = encodeCall('chat', [new Uint8Array(40_000)]).byteLength - 40_000;
  expect(encodeCall('chat', [new Uint8Array(MAX_MESSAGE_BYTES - overhead)])).toHaveLength(64 * 1024);
  expect(() => encodeCall('chat', [new Uint8Array(MAX_MESSAGE_BYTES - overhead + 1)])).toThrow(
    expect.objectContaining({ code: 'data/too-large' }),
  );
});
