import type { Candidate, PeerId } from '@conclave/protocol';

import { HeldOffers } from '../../src/link/held-offers.js';
import type { EnvelopeOf } from '../../src/link/introduction.js';
import { LINK_TIMEOUT_MS, MAX_LINKS } from '../../src/logic/link-choice.js';

const bob = 'b' as PeerId;
const charlie = 'c' as PeerId;
const offerOf = (from: string, revision = 1) =>
  ({ from, message: { kind: 'offer', revision } }) as unknown as EnvelopeOf<'offer'>;
const candidates = (count: number, text = 'x') =>
  ({
    kind: 'candidates',
    session: new Uint8Array(16),
    revision: 1,
    candidates: Array.from({ length: count }, (): Candidate => ({
      candidate: text,
      mid: null,
      mLineIndex: 0,
      ufrag: null,
    })),
  }) as const;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('[E6] offers that wait have their turn in the order of their coming, with their candidates', () => {
  const held = new HeldOffers();
  expect([held.hold(offerOf(bob)), held.hold(offerOf(charlie))]).toEqual([true, true]);
  held.add(bob, candidates(2));
  held.add('d' as PeerId, candidates(1)); // of nobody who waits
  expect(held.take()).toMatchObject({ envelope: { from: bob }, candidates: [{}, {}] });
  expect(held.take()).toMatchObject({ envelope: { from: charlie }, candidates: [] });
  expect(held.take()).toBeUndefined();
  expect(jest.getTimerCount()).toBe(0);
});

test('[E6] of one peer the newest offer waits, at the end of the line', () => {
  const held = new HeldOffers();
  held.hold(offerOf(bob, 1));
  held.hold(offerOf(charlie));
  held.hold(offerOf(bob, 2));
  expect(held.take()?.envelope.from).toBe(charlie);
  expect(held.take()?.envelope.message.revision).toBe(2);
  expect(held.take()).toBeUndefined();
});

test('[E6] an offer waits as long as its sender does, and one that was dropped has no turn', () => {
  const held = new HeldOffers();
  held.hold(offerOf(bob));
  held.hold(offerOf(charlie));
  held.drop(charlie);
  jest.advanceTimersByTime(LINK_TIMEOUT_MS);
  expect(held.take()).toBeUndefined();
});

test('[B9] what strangers can let wait is bounded: offers, and candidates of each', () => {
  const held = new HeldOffers();
  for (let i = 0; i < MAX_LINKS; i += 1) expect(held.hold(offerOf(`peer ${i}`))).toBe(true);
  expect(held.hold(offerOf('one too many'))).toBe(false);
  expect(held.hold(offerOf('peer 3', 2))).toBe(true);
  for (let i = 0; i < 10; i += 1) held.add('peer 0' as PeerId, candidates(30));
  expect(held.take()?.candidates).toHaveLength(32);
  held.clear();
  expect(jest.getTimerCount()).toBe(0);
});
