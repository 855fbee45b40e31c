import fc from 'fast-check';

import { judgeCounter } from '../../src/logic/inbox.js';
import {
  acknowledge,
  emptyOutbox,
  enqueue,
  MAX_OUTBOX_BYTES,
  MAX_OUTBOX_MESSAGES,
  takeNext,
  type Outbox,
} from '../../src/logic/outbox.js';

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

test('[C9] nothing is lost, doubled or overtaken on a line that keeps the order', () => {
  const acts = fc.array(fc.constantFrom('say', 'send', 'arrive', 'ack', 'hear'), { maxLength: 200 });
  fc.assert(
    fc.property(acts, (script) => {
      let outbox = emptyOutbox<number>();
      let said = 0;
      let lastHandled = 0;
      const wire: { counter: number; item: number }[] = [];
      const acks: number[] = [];
      const handled: number[] = [];
      const settled: number[] = [];
      const act = (what: string): boolean => {
        if (what === 'say') {
          outbox = enqueue(outbox, (said += 1), 10)!;
        } else if (what === 'send') {
          const taken = takeNext(outbox);
          if (!taken) return false;
          outbox = taken[0];
          wire.push(taken[1]);
        } else if (what === 'arrive') {
          const frame = wire.shift();
          if (!frame) return false;
          expect(judgeCounter(lastHandled, frame.counter)).toBe('next');
          lastHandled = frame.counter;
          handled.push(frame.item);
        } else if (what === 'ack') {
          if (acks.at(-1) === lastHandled) return false;
          acks.push(lastHandled);
        } else {
          const counter = acks.shift();
          if (counter === undefined) return false;
          const [next, done] = acknowledge(outbox, counter);
          outbox = next;
          settled.push(...done.map(({ item }) => item));
          // Delivered is never said of what no handler had.
          expect(settled.every((item) => handled.includes(item))).toBe(true);
        }
        return true;
      };
      for (const what of script) act(what);
      for (const what of ['send', 'arrive', 'ack', 'hear']) while (act(what));
      const all = Array.from({ length: said }, (_, index) => index + 1);
      expect(handled).toEqual(all);
      expect(settled).toEqual(all);
      expect(outbox).toMatchObject({ unacknowledged: [], waiting: [], bytes: 0 });
    }),
    { seed: 2026, numRuns: 1000 },
  );
});

test('[C9] an acknowledgement of what was never sent settles only what was', () => {
  const [after, settled] = acknowledge(sent(waiting(5), 2), 1_000_000);
  expect(settled.map(({ item }) => item)).toEqual([1, 2]);
  expect(after.waiting.map(({ item }) => item)).toEqual([3, 4, 5]);
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
  expect(full.unacknowledged).toHaveLength(MAX_OUTBOX_MESSAGES / 4);
  expect(takeNext(acknowledge(full, 1)[0])).toBeDefined();
  let heavy = emptyOutbox<number>();
  for (let item = 0; item < 16; item += 1) heavy = enqueue(heavy, item, MAX_OUTBOX_BYTES / 16)!;
  expect(sent(heavy, 16).unacknowledged).toHaveLength(4);
});

test.each([
  [5, 6, 'next'],
  [5, 5, 'copy'],
  [5, 1, 'copy'],
  [5, 7, 'gap'],
  [0, 0, 'copy'],
] as const)('[C9] after message %i, message %i is a %s', (last, counter, judged) => {
  expect(judgeCounter(last, counter)).toBe(judged);
});
