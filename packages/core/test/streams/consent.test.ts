import { CONSENT_TIMEOUT_MS } from '../../src/logic/play-request.js';
import { askConsent, type OnPeerConnect } from '../../src/streams/consent.js';
import type { PeerStream } from '../../src/streams/peer-stream.js';
import { collectReports, turns } from '../support/reports.js';

const peer = { farId: 'b'.repeat(64) } as PeerStream;
const ask = (onPeerConnect: OnPeerConnect, controller = new AbortController()) =>
  askConsent(onPeerConnect, peer, controller);

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask'] }));
afterEach((): void => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

test.each([
  ['true', (): boolean => true, true],
  ['a promise of true', (): Promise<boolean> => Promise.resolve(true), true],
  ['false', (): boolean => false, false],
  ['a promise of false', (): Promise<boolean> => Promise.resolve(false), false],
] as const)('[C7] %s is an answer', async (_, onPeerConnect, expected) => {
  expect(await ask(onPeerConnect)).toBe(expected);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('a fault of the application');
    },
  ],
  ['rejects', () => Promise.reject(new Error('a fault of the application'))],
])('[C7] who %s refuses, and the error is reported', async (_, onPeerConnect) => {
  const reported = collectReports();
  expect(await ask(onPeerConnect)).toBe(false);
  await turns();
  expect(reported).toEqual([new Error('a fault of the application')]);
});

test('[C7] 10 s of silence is a refusal, and the signal says that the answer no longer matters', async () => {
  let signal: AbortSignal | undefined;
  let answer: (yes: boolean) => void = () => {};
  const asked = ask((_, given) => {
    signal = given;
    return new Promise<boolean>((resolve) => (answer = resolve));
  });
  let settled = false;
  void asked.then(() => (settled = true));
  await jest.advanceTimersByTimeAsync(CONSENT_TIMEOUT_MS - 1);
  expect([settled, signal?.aborted]).toEqual([false, false]);
  await jest.advanceTimersByTimeAsync(1);
  expect(await asked).toBe(false);
  expect(signal?.aborted).toBe(true);
  answer(true); // too late
  await turns();
  expect(await asked).toBe(false);
});

test('[C7] a human may take his time: a yes after 9.9 s counts', async () => {
  const asked = ask(() => new Promise((resolve) => setTimeout(() => resolve(true), 9_900)));
  await jest.advanceTimersByTimeAsync(9_900);
  expect(await asked).toBe(true);
});

test('[C7] when the peer goes while it is asked about, the answer is no, at once', async () => {
  const controller = new AbortController();
  const asked = ask(() => new Promise(() => {}), controller);
  controller.abort();
  expect(await asked).toBe(false);
});

test('[C7] a yes that comes after the peer has gone is no', async () => {
  const controller = new AbortController();
  const asked = ask(() => {
    controller.abort();
    return true;
  }, controller);
  expect(await asked).toBe(false);
});

test('[C7] a rejection that comes too late is not an unhandled one', async () => {
  let reject: (error: Error) => void = () => {};
  const asked = ask(() => new Promise<boolean>((_, fail) => (reject = fail)));
  await jest.advanceTimersByTimeAsync(CONSENT_TIMEOUT_MS);
  expect(await asked).toBe(false);
  reject(new Error('late'));
  await turns();
});
