import {
  acknowledge,
  emptyOutbox,
  enqueue,
  MAX_OUTBOX_BYTES,
  MAX_OUTBOX_MESSAGES,
  rewind,
  restart,
  drain,
  discard,
  fullness,
  hasRoom,
  isOwing,
  takeNext,
  underWay,
  type Outbox,
} from '../../src/logic/outbox.js';
import { toList } from '../../src/logic/queue.js';

/** An outbox in which `count` messages of a byte each wait. */
function waiting(count: number): Outbox<number> {
  let outbox = emptyOutbox<number>();
  for (let item = 1; item <= count; item += 1) outbox = enqueue(outbox, item, 1)!;
  return outbox;
}

/** Puts what waits on the wire, at most `count`. */
function sent(outbox: Outbox<number>, count: number): Outbox<number> {
  let after = outbox;
  for (let i = 0; i < count; i += 1) after = takeNext(after)?.[0] ?? after;
  return after;
}

test('[C9] an acknowledgement of what was never sent settles only what was', () => {
  const [after, settled] = acknowledge(sent(waiting(5), 2), 1_000_000);
  expect(settled.map(({ item }) => item)).toEqual([1, 2]);
  expect(toList(after.waiting).map(({ item }) => item)).toEqual([3, 4, 5]);
  expect(after.bytes).toBe(3);
});

test('[C9] an acknowledgement that says nothing new changes nothing', () => {
  const [outbox] = acknowledge(sent(waiting(3), 3), 2);
  for (const counter of [0, 1, 2]) expect(acknowledge(outbox, counter)).toEqual([outbox, []]);
});

test('[C9] what one peer may be behind is bounded, in messages and in bytes', () => {
  const full = waiting(MAX_OUTBOX_MESSAGES);
  expect(enqueue(full, 0, 1)).toBeUndefined();
  expect(enqueue(sent(full, 10), 0, 1)).toBeUndefined(); // what is not acknowledged counts
  expect(enqueue(acknowledge(sent(full, 1), 1)[0], 0, 1)).toBeDefined();
  const heavy = enqueue(emptyOutbox<number>(), 0, MAX_OUTBOX_BYTES)!;
  expect(heavy).toBeDefined();
  expect(enqueue(heavy, 0, 1)).toBeUndefined();
});

test('[C9] what is on its way is bounded to a quarter of that, so that who waits for accepted is never cut off', () => {
  const full = sent(waiting(MAX_OUTBOX_MESSAGES), MAX_OUTBOX_MESSAGES);
  expect(full.sent.size).toBe(MAX_OUTBOX_MESSAGES / 4);
  expect(takeNext(acknowledge(full, 1)[0])).toBeDefined();
  let heavy = emptyOutbox<number>();
  for (let item = 0; item < 16; item += 1) heavy = enqueue(heavy, item, MAX_OUTBOX_BYTES / 16)!;
  expect(sent(heavy, 16).sent.size).toBe(4);
});

/** The items of what was settled, by its outcome. */
const told = (settled: readonly { readonly item: number; readonly outcome: string }[]) =>
  settled.map(({ item, outcome }) => `${item} ${outcome}`);

test('[C9] what waits for a handler is settled by a later verdict, and counts until then', () => {
  const [after, first] = acknowledge(sent(waiting(4), 3), 3, [
    { counter: 1, is: 'waits' },
    { counter: 2, is: 'dropped' },
  ]);
  expect(told(first)).toEqual(['2 not-sent', '3 delivered']);
  expect([after.count, after.bytes, underWay(after)]).toEqual([2, 2, [1]]);
  expect(told(acknowledge(after, 3, [{ counter: 1, is: 'waits' }])[1])).toEqual([]);
  const [settled, second] = acknowledge(after, 3, [{ counter: 1, is: 'handled' }]);
  expect(told(second)).toEqual(['1 delivered']);
  expect([settled.count, settled.bytes, settled.held.size]).toEqual([1, 1, 0]);
  expect(acknowledge(settled, 3, [{ counter: 1, is: 'dropped' }])).toEqual([settled, []]);
});

test('[C9] a far end that lets everything wait for ever is not owed more than anybody', () => {
  let outbox = emptyOutbox<number>();
  let [said, next] = [0, enqueue(outbox, 1, 1)];
  while (next) {
    const [onLine, { counter }] = takeNext(next)!;
    [outbox] = acknowledge(onLine, counter, [{ counter, is: 'waits' }]);
    said += 1;
    next = enqueue(outbox, said + 1, 1);
  }
  expect(said).toBe(MAX_OUTBOX_MESSAGES);
  expect([hasRoom(outbox, 1), fullness(outbox), isOwing(outbox)]).toEqual([false, 1, false]);
});

test('[C9] on a new line what did not arrive goes first, with the counters that it had', () => {
  const once = rewind(acknowledge(sent(waiting(6), 4), 1)[0]);
  const [twice] = takeNext(once)!;
  let outbox = rewind(twice); // that line is gone too
  expect(isOwing(outbox)).toBe(true);
  const counters: number[] = [];
  for (let taken = takeNext(outbox); taken; taken = takeNext(outbox)) {
    outbox = taken[0];
    counters.push(taken[1].counter);
    expect(taken[1].item).toBe(taken[1].counter);
  }
  expect(counters).toEqual([2, 3, 4, 5, 6]);
  expect([outbox.lastCounter, outbox.sentBytes, outbox.count]).toEqual([6, 5, 5]);
});

test('[C9] to who has forgotten only what never left is sent, counted from 1 again', () => {
  const [before] = acknowledge(sent(waiting(5), 3), 2, [{ counter: 1, is: 'waits' }]);
  const [outbox, settled] = restart(before);
  expect(told(settled)).toEqual(['1 unknown', '3 unknown']);
  expect([outbox.count, outbox.bytes, outbox.sentBytes, outbox.held.size]).toEqual([2, 2, 0, 0]);
  expect(takeNext(outbox)![1]).toMatchObject({ counter: 1, item: 4 });
});

test('[C9] what is given up before it left is not-sent; where no line comes any more the rest is unknown', () => {
  const [outbox, settled] = discard(sent(waiting(4), 2), (item) => item % 2 === 0);
  expect(told(settled)).toEqual(['4 not-sent']);
  expect([outbox.count, outbox.bytes]).toEqual([3, 3]);
  expect(discard(outbox, () => false)).toEqual([outbox, []]);
  expect(told(drain(outbox))).toEqual(['1 unknown', '2 unknown', '3 not-sent']);
});
