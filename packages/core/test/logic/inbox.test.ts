import { MAX_VERDICTS } from '@conclave/protocol';

import { decide, emptyInbox, judgeCounter, report, reportAgain, take } from '../../src/logic/inbox.js';

test.each([
  [5, 6, 'next'],
  [5, 5, 'copy'],
  [5, 1, 'copy'],
  [5, 7, 'gap'],
  [0, 0, 'copy'],
] as const)('[C9] after message %i, message %i is a %s', (counter, next, judged) => {
  expect(judgeCounter({ ...emptyInbox, counter }, next)).toBe(judged);
});

test('[C9] only what was not simply handled has a verdict, which is said once on a link and again on the next', () => {
  let inbox = emptyInbox;
  for (const is of ['handled', 'waits', 'dropped', 'handled'] as const) inbox = take(inbox, is);
  const [said, first] = report(inbox);
  expect(first).toEqual({
    counter: 4,
    verdicts: [
      { counter: 2, is: 'waits' },
      { counter: 3, is: 'dropped' },
    ],
  });
  expect(report(said)[1]).toEqual({ counter: 4, verdicts: [] });
  const decided = decide(said, 2, 'handled');
  expect(report(decided)[1].verdicts).toEqual([{ counter: 2, is: 'handled' }]);
  const [again, second] = reportAgain(decided);
  const last = new Map(second.verdicts.map(({ counter, is }) => [counter, is]));
  expect(Object.fromEntries(last)).toEqual({ 2: 'handled', 3: 'dropped' });
  expect(report(again)[1].verdicts).toEqual([]);
});

test('[C9] what is remembered is bounded to what one frame can say, the newest of it', () => {
  let inbox = emptyInbox;
  for (let count = 0; count < 3 * MAX_VERDICTS; count += 1) inbox = take(inbox, 'dropped');
  expect(inbox.remembered.size).toBe(MAX_VERDICTS);
  const { verdicts } = reportAgain(inbox)[1];
  expect(verdicts).toHaveLength(MAX_VERDICTS);
  expect(verdicts.at(-1)).toEqual({ counter: 3 * MAX_VERDICTS, is: 'dropped' });
});

test('[B9] a far end that sends and does not read cannot make us remember more than that', () => {
  let inbox = emptyInbox;
  for (let count = 0; count < 3 * MAX_VERDICTS; count += 1) inbox = take(inbox, 'waits');
  for (let counter = 1; counter <= 100; counter += 1) inbox = decide(inbox, counter, 'dropped');
  expect(inbox.unsaid.size).toBeLessThanOrEqual(MAX_VERDICTS);
});

test('[C9] of a thousand messages that wait and are then decided nothing is left out of what is said', () => {
  let inbox = emptyInbox;
  for (let count = 0; count < 1_000; count += 1) inbox = take(inbox, 'waits');
  for (let counter = 1; counter <= 1_000; counter += 1) inbox = decide(inbox, counter, 'dropped');
  const last = new Map(report(inbox)[1].verdicts.map(({ counter, is }) => [counter, is]));
  expect([...last.values()].filter((is) => is === 'dropped')).toHaveLength(1_000);
});
