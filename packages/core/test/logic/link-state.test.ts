import fc from 'fast-check';

import { FRESH_FOR_MS, HEARTBEAT_MS, isFresh } from '../../src/logic/freshness.js';
import {
  isProven,
  LOST_AFTER_MS,
  nextLinkState,
  type LinkEvent,
  type LinkState,
} from '../../src/logic/link-state.js';

const OPEN: LinkEvent = { type: 'channel-open' };
const PROVED: LinkEvent = { type: 'proved', atMs: 0 };
const heard = (atMs: number): LinkEvent => ({ type: 'path', fresh: true, atMs });
const silent = (atMs: number): LinkEvent => ({ type: 'path', fresh: false, atMs });
const through = (...events: LinkEvent[]): LinkState =>
  events.reduce<LinkState>(nextLinkState, { phase: 'connecting' });

test.each([
  ['connects first', through(), 'connecting'],
  ['is proving once its channel is open', through(OPEN), 'proving'],
  ['is live once proven', through(OPEN, PROVED), 'live'],
  ['is live even if the proof was faster than the open event', through(PROVED), 'live'],
  ['stays live when its channel opens late', through(PROVED, OPEN), 'live'],
  ['is never interrupted before it is proven', through(OPEN, silent(60_000)), 'proving'],
  ['is interrupted when the far end falls silent', through(OPEN, PROVED, silent(9)), 'interrupted'],
  ['is live again when the far end is heard', through(OPEN, PROVED, silent(9), heard(99)), 'live'],
  ['closes', through(OPEN, { type: 'closed', code: 'peer/closed' }), 'closed'],
])('[D6] a link %s', (_, state, phase) => {
  expect(state.phase).toBe(phase);
});

test('[C8] a far end that stays silent is given up, and the whole takes less than 10 s', () => {
  const interrupted = through(OPEN, PROVED, silent(1000));
  expect(nextLinkState(interrupted, silent(1000 + LOST_AFTER_MS - 1))).toBe(interrupted);
  expect(nextLinkState(interrupted, silent(1000 + LOST_AFTER_MS))).toEqual({
    phase: 'closed',
    code: 'peer/lost',
  });
  expect(FRESH_FOR_MS + LOST_AFTER_MS + 2 * HEARTBEAT_MS).toBeLessThan(10_000);
});

test('[C8] silence counts from the last interruption, not from an earlier one', () => {
  const again = through(OPEN, PROVED, silent(0), heard(6000), silent(6500));
  expect(nextLinkState(again, silent(7000)).phase).toBe('interrupted');
});

test('[D6] a path is fresh for 1.5 s after anything was heard', () => {
  expect(isFresh(1000, 1000)).toBe(true);
  expect(isFresh(1000, 1000 + FRESH_FOR_MS - 1)).toBe(true);
  expect(isFresh(1000, 1000 + FRESH_FOR_MS)).toBe(false);
});

test('[B4] whatever happens: closed is final, nobody is proven without a proof, nothing changes for nothing', () => {
  const events = fc.oneof(
    fc.constant(OPEN),
    fc.constant(PROVED),
    fc.constant<LinkEvent>({ type: 'closed', code: 'peer/closed' }),
    fc.record({ type: fc.constant('path' as const), fresh: fc.boolean(), atMs: fc.nat({ max: 20_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(events, { maxLength: 30 }), (script) => {
      let state: LinkState = { phase: 'connecting' };
      let proved = false;
      for (const event of script) {
        const next = nextLinkState(state, event);
        if (event.type === 'proved') proved = true;
        if (isProven(next)) expect(proved).toBe(true);
        if (state.phase === 'closed') expect(next).toBe(state);
        if (next.phase === state.phase) expect(next).toBe(state);
        state = next;
      }
    }),
    { seed: 2026, numRuns: 2000 },
  );
});
