import { decodeDataFrame, encodeDataFrame, type PeerId } from '@conclave/protocol';

import type { Outcome } from '../../src/data/delivery.js';
import { MessageLane } from '../../src/data/message-lane.js';
import { defaultPacer } from '../../src/data/pacer-port.js';
import { MAX_OUTBOX_MESSAGES } from '../../src/logic/outbox.js';
import { memoryLink } from '../support/memory-link.js';
import { turns } from '../support/reports.js';

const BOB = 'b'.repeat(64) as PeerId;
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
const bytes = (message: string) => new TextEncoder().encode(message);

function end(windowBytes = defaultPacer.windowBytes(BOB, 'messages')) {
  const link = memoryLink(BOB);
  const heard: string[] = [];
  const lane = new MessageLane(link.port, () => ({ windowBytes: () => windowBytes }), {
    message: (request, payload) => heard.push(`${request}: ${text(payload)}`),
  });
  return { link, heard, lane };
}

/** Lets everything arrive at both ends until nothing is on its way. */
async function settle(a: ReturnType<typeof end>, b: ReturnType<typeof end>): Promise<void> {
  for (;;) {
    const [there, back] = [a.link.take('messages'), b.link.take('messages')];
    if (there) expect(b.lane.received('messages', there)).toBe(true);
    if (back) expect(a.lane.received('messages', back)).toBe(true);
    await turns();
    if (!there && !back && a.link.wire.length + b.link.wire.length === 0) return;
  }
}

test('[C9] messages arrive in order, each once, and delivered is said after the far end has them', async () => {
  const [alice, bob] = [end(), end()];
  const outcomes: Outcome[] = [];
  for (let i = 0; i < 100; i += 1) {
    void alice.lane.send(7, bytes(String(i)))!.delivered.then((outcome) => outcomes.push(outcome));
  }
  await turns();
  expect(outcomes).toEqual([]);
  await settle(alice, bob);
  expect(bob.heard).toEqual(Array.from({ length: 100 }, (_, index) => `7: ${index}`));
  expect(outcomes).toEqual(Array.from({ length: 100 }, () => 'delivered'));
});

test('[C9] a message that arrives twice is handled once and acknowledged again', async () => {
  const [alice, bob] = [end(), end()];
  void alice.lane.send(1, bytes('once'));
  const frame = alice.link.take('messages')!;
  expect(bob.lane.received('messages', frame)).toBe(true);
  await turns();
  expect(bob.lane.received('messages', frame)).toBe(true);
  await turns();
  expect(bob.heard).toEqual(['1: once']);
  expect(bob.link.wire).toHaveLength(2);
});

test('[C9] a message that leaves a gap is refused and not acknowledged', async () => {
  const bob = end();
  const frame = encodeDataFrame({ type: 'message', request: 1, counter: 2, payload: bytes('second') });
  expect(bob.lane.received('messages', frame)).toBe(false);
  await turns();
  expect(bob.heard).toEqual([]);
  expect(bob.link.wire).toEqual([]);
});

test('[C9] an acknowledgement of what was never sent settles nothing', async () => {
  const alice = end(1); // a window of one message
  const outcomes: string[] = [];
  for (const message of ['sent', 'waits']) {
    void alice.lane
      .send(1, bytes(message))!
      .delivered.then((outcome) => outcomes.push(`${message} ${outcome}`));
  }
  alice.link.take();
  alice.link.open = false; // so that the acknowledgement cannot let the second one leave
  expect(alice.lane.received('messages', encodeDataFrame({ type: 'ack', counter: 99 }))).toBe(true);
  await turns();
  expect(outcomes).toEqual(['sent delivered']);
});

test('[C9] no more is handed over than the window has room for, and accepted says when', async () => {
  const [alice, bob] = [end(100), end()];
  const accepted: number[] = [];
  for (let i = 0; i < 10; i += 1) {
    void alice.lane.send(1, new Uint8Array(60))!.accepted.then(() => accepted.push(i));
  }
  await turns();
  expect(alice.link.wire).toHaveLength(2);
  expect(accepted).toEqual([0, 1]);
  await settle(alice, bob);
  expect(accepted).toHaveLength(10);
});

test('[C9] when the link goes, what was sent is unknown and what waited was not sent', async () => {
  const [alice, bob] = [end(100), end()];
  const deliveries = Array.from({ length: 4 }, () => alice.lane.send(1, new Uint8Array(60))!);
  bob.lane.received('messages', alice.link.take('messages')!);
  await turns();
  alice.lane.received('messages', bob.link.take('messages')!);
  alice.lane.close();
  expect(await Promise.all(deliveries.map(({ delivered }) => delivered))).toEqual([
    'delivered',
    'unknown',
    'unknown',
    'not-sent',
  ]);
  await Promise.all(deliveries.map(({ accepted }) => accepted)); // nobody waits for ever
  expect(await alice.lane.send(1, bytes('late'))!.delivered).toBe('not-sent');
});

test('[C10] who is too far behind is not waited for', () => {
  const alice = end();
  alice.link.open = false;
  for (let i = 0; i < MAX_OUTBOX_MESSAGES; i += 1) expect(alice.lane.send(1, bytes('x'))).toBeDefined();
  expect(alice.lane.send(1, bytes('x'))).toBeUndefined();
});

test('[C11] lossy messages go at once or never', () => {
  const alice = end(10);
  for (let i = 0; i < 5; i += 1) alice.lane.sendLossy(1, bytes('123456'));
  expect(alice.link.wire).toHaveLength(1); // the rest found the window taken
  const bob = end();
  expect(bob.lane.received('lossy', alice.link.take('lossy')!)).toBe(true);
  expect(bob.heard).toEqual(['1: 123456']);
});

test('[B9] frames on a lane where they do not belong, and bytes that are no frame, are refused', async () => {
  const bob = end();
  const message = encodeDataFrame({ type: 'message', request: 1, counter: 1, payload: bytes('x') });
  const lossy = encodeDataFrame({ type: 'lossy', request: 1, payload: bytes('x') });
  expect(bob.lane.received('lossy', message)).toBe(false);
  expect(bob.lane.received('messages', lossy)).toBe(false);
  expect(bob.lane.received('bulk', message)).toBe(false);
  for (const garbage of [new Uint8Array(0), new Uint8Array([9]), message.subarray(0, 5)]) {
    expect(decodeDataFrame(garbage).ok).toBe(false);
    expect(bob.lane.received('messages', garbage)).toBe(false);
  }
  await turns();
  expect(bob.heard).toEqual([]);
  expect(bob.link.wire).toEqual([]);
});
