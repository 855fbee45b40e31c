import { decodeDataFrame, type MessageFrame, type PeerId } from '@conclave/protocol';
import fc from 'fast-check';

import { Conversation } from '../../src/data/conversation.js';

import { turns } from '../support/reports.js';
import { ALICE, BOB, CHARLIE } from '../support/stream-ends.js';
import { virtualLink } from '../support/virtual-link.js';
import { VirtualPair } from '../support/virtual-network.js';
import { pass, useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

const RUNS = 250;
const LIMIT_MS = 120_000;

/** What happens in a script, and how often: mostly links stand and something is on its way. */
const ACTS = {
  say: 8,
  'say wait': 2,
  'say drop': 2,
  arrive: 10,
  flood: 1,
  connect: 4,
  kill: 1,
  build: 1,
  attach: 2,
  detach: 1,
  forget: 1,
  end: 1,
  decide: 2,
  tick: 4,
  spoil: 4,
};
type Act = keyof typeof ACTS;
const acts = Object.entries(ACTS).flatMap(([act, weight]) =>
  Array.from({ length: weight }, () => act as Act),
);

/** What the network and the ends may do in a script. */
interface Temper {
  readonly mayForget: boolean;
  readonly isHostile: boolean;
}

interface Step {
  readonly act: Act;
  readonly pair: number;
  readonly at: number;
  readonly value: number;
}

const steps = fc.array(
  fc.record<Step>({ act: fc.constantFrom(...acts), pair: fc.nat(2), at: fc.nat(1), value: fc.nat(200) }),
  { minLength: 1, maxLength: 90, size: 'max' },
);

/** How often what was looked for came about: a property that nothing touches holds always. */
const newSeen = () => ({ delivered: 0, unknown: 0, notSent: 0, refused: 0, full: 0 });

async function step(pair: VirtualPair, { act, at, value }: Step, temper: Temper): Promise<void> {
  const talker = pair.talkers[at]!;
  if (act === 'say') talker.say('handled', value);
  // Verdicts are lost with a frame that a line would not lose: on a hostile one everything is handled.
  else if (act === 'say wait') talker.say(temper.isHostile ? 'handled' : 'waits', value);
  else if (act === 'say drop') talker.say(temper.isHostile ? 'handled' : 'dropped', value);
  else if (act === 'flood')
    for (let count = value > 185 ? 1_100 : value; count > 0; count -= 1) talker.say('handled', value * 25);
  else if (act === 'arrive') {
    for (let count = value % 12; count >= 0; count -= 1) {
      if (temper.isHostile && count % 3 === 1) talker.spoil(value + count);
      talker.arrive(pair.newest);
    }
  }
  if (act === 'kill') pair.newest?.kill();
  else if (act === 'build') pair.build();
  else if (act === 'attach') talker.attach(pair.newest ?? pair.build());
  else if (act === 'connect') pair.connect();
  else if (act === 'detach') talker.detach();
  else if (act === 'forget' && temper.mayForget) talker.forget();
  else if (act === 'end' && temper.mayForget) await talker.end();
  else if (act === 'decide') talker.decide(value, value % 2 === 0 ? 'handled' : 'dropped');
  else if (act === 'tick') jest.advanceTimersByTime(value % 12);
  else if (act === 'spoil' && temper.isHostile) talker.spoil(value);
  await turns();
  for (const one of pair.talkers) one.verify();
}

/** Plays scripts with three peers, each two of whom talk. Says what was seen. */
async function play(temper: Temper, seed: number) {
  const seen = newSeen();
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1, 300, 65_536), async (script, windowBytes) => {
      const ids: readonly (readonly [PeerId, PeerId])[] = [
        [ALICE, BOB],
        [ALICE, CHARLIE],
        [BOB, CHARLIE],
      ];
      const pairs = ids.map((two) => new VirtualPair(two, windowBytes));
      for (const one of script) await step(pairs[one.pair]!, one, temper);
      for (const pair of pairs) await pair.calm();
      for (const { handled, unknown, notSent, refused, turnedAway } of pairs.flatMap(
        ({ talkers }) => talkers,
      )) {
        seen.delivered += handled.size;
        seen.unknown += unknown.size;
        seen.notSent += notSent.size;
        seen.refused += refused;
        seen.full += turnedAway;
      }
    }),
    { seed, numRuns: RUNS },
  );
  return seen;
}

test(
  '[C9] SPEC 8.5: over links that are killed at any moment and built again, nothing is lost, doubled or overtaken, and what is said of it is true',
  async () => {
    const seen = await play({ mayForget: false, isHostile: false }, 2026);
    expect(seen).toMatchObject({ unknown: 0, refused: 0 });
    expect(Math.min(seen.delivered, seen.notSent)).toBeGreaterThan(RUNS);
    expect(seen.full).toBeGreaterThan(0);
  },
  LIMIT_MS,
);

test(
  '[C9] an end that forgets everything is told nothing old, and only what was on its way to it is unknown',
  async () => {
    const seen = await play({ mayForget: true, isHostile: false }, 2027);
    expect(seen.refused).toBe(0);
    expect(Math.min(seen.delivered, seen.notSent, seen.unknown)).toBeGreaterThan(RUNS / 4);
  },
  LIMIT_MS,
);

test(
  '[C9] on a network that drops, doubles and swaps frames nothing is handled twice, out of order or called delivered unhandled, and the next link brings the rest',
  async () => {
    const seen = await play({ mayForget: true, isHostile: true }, 2028);
    expect(Math.min(seen.delivered, seen.refused)).toBeGreaterThan(RUNS / 4);
  },
  LIMIT_MS,
);

/** Tosses the same coins each time (mulberry32). */
function coins(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What SCTP makes of a path that loses packets: a line that keeps the order; each loss costs a time-out, and what follows waits. */
const [ONE_WAY_MS, RETRANSMIT_MS] = [50, 200];

/** Sends `count` messages over such a path, waiting for `accepted` before each next one. */
async function overLossyPath(lossRatio: number, count: number) {
  const toss = coins(11);
  const due: [number, number] = [0, 0];
  let lost = 0;
  const heard: number[] = [];
  const link = virtualLink([ALICE, BOB], {
    sent(to) {
      let atMs = performance.now() + ONE_WAY_MS;
      for (let wait = RETRANSMIT_MS; toss() < lossRatio; wait *= 2) {
        lost += 1;
        atMs += wait;
      }
      due[to] = Math.max(due[to], atMs);
      setTimeout(() => arrive(to), due[to] - performance.now());
    },
  });
  const doors = {
    pacer: () => ({ windowBytes: () => 65_536, allowance: () => Infinity, sent: () => {} }),
    wake: () => {},
    reborn: () => {},
  };
  const bob = new Conversation(ALICE, {
    ...doors,
    deliver: (_, { payload }) => (heard.push(new DataView(payload.slice().buffer).getUint32(0)), 'handled'),
  });
  const alice = new Conversation(BOB, { ...doors, deliver: () => 'dropped' });
  const arrive = (at: 0 | 1) => {
    const frame = decodeDataFrame(link.ends[at].inbound.shift()!.bytes);
    if (!frame.ok || !(at === 0 ? alice : bob).received(frame.value as MessageFrame))
      throw new Error('refused');
    (at === 0 ? bob : alice).pump();
  };
  alice.attach(link.ends[0].port);
  bob.attach(link.ends[1].port);
  const outcomes: string[] = [];
  const talk = async () => {
    for (let number = 0; number < count; number += 1) {
      const payload = new Uint8Array(120);
      new DataView(payload.buffer).setUint32(0, number);
      const sent = alice.send({ type: 'message', request: 1, payload, mayCross: () => true });
      void sent!.delivered.then((outcome) => outcomes.push(outcome));
      await sent!.accepted;
    }
  };
  const startMs = performance.now();
  void talk();
  for (let minutes = 0; outcomes.length < count && minutes < 60; minutes += 1)
    for (let ms = 0; outcomes.length < count && ms < 60_000; ms += 50) await pass(50);
  return { heard, outcomes, lost, tookMs: performance.now() - startMs };
}

test(
  '[C11] at 10 % loss and a round trip of 100 ms every reliable message arrives, in order, and loss costs nothing but time',
  async () => {
    const count = 5_000;
    const clean = await overLossyPath(0, count);
    const lossy = await overLossyPath(0.1, count);
    for (const { heard, outcomes } of [clean, lossy]) {
      expect(heard).toEqual(Array.from({ length: count }, (_, index) => index));
      expect(outcomes).toEqual(heard.map(() => 'delivered'));
    }
    expect(lossy.lost).toBeGreaterThan(count / 20);
    expect(lossy.tookMs).toBeGreaterThan(clean.tookMs);
  },
  LIMIT_MS,
);
