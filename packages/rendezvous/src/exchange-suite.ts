import type { CountedMessage, PeerId } from '@conclave/protocol';
import assert from 'node:assert/strict';

import type { Claim, Exchange, Seat, SeatHolder } from './exchange.js';

/** Two nodes of one rendezvous. A store of one node gives itself twice. */
export interface ExchangeNodes {
  /** One node. */
  readonly east: Exchange;
  /** Another node of the same exchange. */
  readonly west: Exchange;
}

/** One rule that every exchange keeps. Rejects where it is broken. */
export interface ExchangeCase {
  /** The rule that it holds, as a sentence. */
  readonly name: string;
  /** `make` is called once; its nodes are closed by the case. */
  run(
    make: (options: {
      readonly resumeWindowMs: number;
      readonly roomMembers: number;
      readonly roomsPerClient: number;
    }) => Promise<ExchangeNodes>,
  ): Promise<void>;
}

/** Long enough never to end within a case. */
const LONG_MS = 60_000;
/** How long an event may take from node to node. */
const PATIENCE_MS = 5_000;

/** A holder that remembers what it was told. */
interface Client {
  readonly seat: Seat;
  readonly events: readonly CountedMessage[];
  /** The first event that fits; waits for it. */
  next(fits: (event: CountedMessage) => boolean): Promise<CountedMessage>;
  /** Resolves once it was told of a newer claim; waits for it. */
  replaced(): Promise<void>;
}

const peer = (letter: string): PeerId => letter.repeat(64) as PeerId;
const alice = peer('a');
const bob = peer('b');
const charlie = peer('c');
const bytes = (...values: number[]) => Uint8Array.from(values);

function claimOf(peerId: PeerId, change: Partial<Claim> = {}): Claim {
  const epoch = new Uint8Array(16).fill(1);
  return {
    tenant: 'demo',
    peerId,
    epoch,
    card: bytes(peerId.charCodeAt(0)),
    resumeAfter: undefined,
    ...change,
  };
}

async function claim(exchange: Exchange, peerId: PeerId, change: Partial<Claim> = {}): Promise<Client> {
  const events: CountedMessage[] = [];
  const listeners = new Set<() => void>();
  let tellReplaced = () => {};
  const replaced = new Promise<void>((resolve) => {
    tellReplaced = resolve;
  });
  const holder: SeatHolder = {
    event(message) {
      events.push(message);
      for (const listener of [...listeners]) listener();
    },
    replaced: () => tellReplaced(),
  };
  const claimed = await exchange.claim(claimOf(peerId, change), holder);
  assert.ok(claimed.ok, 'the claim is granted');
  claimed.value.begin();
  const next = (fits: (event: CountedMessage) => boolean) =>
    within(
      new Promise<CountedMessage>((resolve) => {
        const look = () => {
          const found = events.find(fits);
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      }),
    );
  return { seat: claimed.value, events, next, replaced: () => within(replaced) };
}

function within<T>(wanted: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    timer.unref();
  });
  return Promise.race([wanted, late]).finally(() => clearTimeout(timer));
}

async function enter(client: Client, room = 'lobby') {
  const joined = await client.seat.join(room);
  assert.ok(joined.ok, 'the room takes the client');
  return joined.value;
}

const isLeft = (who: PeerId) => (event: CountedMessage) => event.t === 'member-left' && event.peer === who;
const isJoined = (who: PeerId) => (event: CountedMessage) =>
  event.t === 'member-joined' && event.member.card[0] === who.charCodeAt(0);
const isEnvelope = (value: number) => (event: CountedMessage) =>
  event.t === 'deliver' && event.envelope[0] === value;

type Rule = (nodes: ExchangeNodes) => Promise<void>;

function rule(name: string, check: Rule, resumeWindowMs = LONG_MS): ExchangeCase {
  return {
    name,
    async run(make) {
      const nodes = await make({ resumeWindowMs, roomMembers: 3, roomsPerClient: 2 });
      try {
        await check(nodes);
      } finally {
        await nodes.east.close();
        if (nodes.west !== nodes.east) await nodes.west.close();
      }
    },
  };
}

/**
 * The acceptance suite of the {@link Exchange} port, for any test runner.
 *
 * @example
 * for (const { name, run } of exchangeCases) it(name, () => run(makeMyNodes));
 */
export const exchangeCases: readonly ExchangeCase[] = [
  rule('delivers envelopes from node to node, in order, each once', async ({ east, west }) => {
    const b = await claim(west, bob);
    for (const value of [1, 2, 3]) assert.equal(await east.deliver('demo', bob, bytes(value)), true);
    await b.next(isEnvelope(3));
    assert.deepEqual(b.events.map((event) => event.counter), [1, 2, 3]); // prettier-ignore
  }),
  rule('says that nobody of an ID is here', async ({ east }) => {
    assert.equal(await east.deliver('demo', bob, bytes(1)), false);
    assert.equal(await east.cardOf('demo', bob), undefined);
  }),
  rule('gives the card of who is here', async ({ east, west }) => {
    await claim(west, bob);
    assert.deepEqual(await east.cardOf('demo', bob), claimOf(bob).card);
  }),
  rule('keeps tenants apart', async ({ east, west }) => {
    const a = await claim(east, alice);
    const other = await claim(west, bob, { tenant: 'other' });
    assert.equal(await east.deliver('demo', bob, bytes(1)), false);
    assert.equal(await east.cardOf('demo', bob), undefined);
    await enter(a);
    assert.equal((await enter(other)).members.length, 1);
  }),
  rule('gives an ID to the newest claim, and the former holder no say any longer', async ({ east, west }) => {
    const former = await claim(east, alice);
    const b = await claim(east, bob);
    await enter(b);
    const newest = await claim(west, alice, { epoch: new Uint8Array(16).fill(2) });
    await former.replaced();
    assert.equal((await former.seat.join('lobby')).ok, false);
    await former.seat.end();
    assert.equal(await east.deliver('demo', alice, bytes(7)), true);
    await newest.next(isEnvelope(7));
    assert.equal(former.events.length, 0);
  }),
  rule('ends the rooms of a former life at once', async ({ east, west }) => {
    const b = await claim(east, bob);
    await enter(b);
    await enter(await claim(east, alice));
    const again = await claim(west, alice, { epoch: new Uint8Array(16).fill(2), resumeAfter: 0 });
    assert.equal(again.seat.resumed, false);
    await b.next(isLeft(alice));
  }),
  rule('resumes at another node: rooms are kept, what was missed comes first', async ({ east, west }) => {
    const a = await claim(east, alice);
    const b = await claim(east, bob);
    await enter(a);
    await enter(b);
    await a.next(isJoined(bob));
    await a.seat.lose();
    for (const value of [1, 2]) assert.equal(await east.deliver('demo', alice, bytes(value)), true);
    const again = await claim(west, alice, { resumeAfter: 1 });
    assert.equal(again.seat.resumed, true);
    assert.equal(again.seat.counter, 1);
    await east.deliver('demo', alice, bytes(3));
    await again.next(isEnvelope(3));
    assert.deepEqual(again.events.map((event) => event.counter), [2, 3, 4]); // prettier-ignore
    assert.equal((await enter(again)).members.length, 2);
    await east.deliver('demo', bob, bytes(9));
    await b.next(isEnvelope(9));
    assert.equal(b.events.some(isLeft(alice)), false);
  }),
  rule('does not resume what it never counted, or was told is not needed', async ({ east }) => {
    const a = await claim(east, alice);
    await east.deliver('demo', alice, bytes(1));
    await a.next(isEnvelope(1));
    assert.equal((await claim(east, alice, { resumeAfter: 5 })).seat.resumed, false);
    const b = await claim(east, bob);
    await east.deliver('demo', bob, bytes(1));
    b.seat.seen((await b.next(isEnvelope(1))).counter);
    await b.seat.join('lobby'); // after it, `seen` has been heard
    assert.equal((await claim(east, bob, { resumeAfter: 0 })).seat.resumed, false);
  }),
  rule(
    'does not resume where something was dropped, and takes no more for who cannot come back whole',
    async ({ east }) => {
      const a = await claim(east, alice);
      await a.seat.lose();
      let taken = 0;
      while (taken < 100_000 && (await east.deliver('demo', alice, new Uint8Array(1024)))) taken += 1;
      assert.ok(taken > 0 && taken < 100_000, 'a mailbox is bounded');
      assert.equal((await claim(east, alice, { resumeAfter: 0 })).seat.resumed, true);
    },
  ),
  rule('lists members in the order of arrival, and tells the others', async ({ east, west }) => {
    const a = await claim(east, alice);
    const b = await claim(west, bob);
    await enter(a);
    const { members } = await enter(b);
    assert.deepEqual(members.map(({ card }) => card[0]), [97, 98]); // prettier-ignore
    assert.ok((members[0]?.order ?? 0) < (members[1]?.order ?? 0));
    await a.next(isJoined(bob));
    assert.deepEqual((await enter(b)).members, members, 'to enter again changes nothing');
    await b.seat.leave('lobby');
    await a.next(isLeft(bob));
    assert.equal(a.events.filter(isJoined(bob)).length, 1);
  }),
  rule('tells of an arrival before anything that the newcomer sends', async ({ east, west }) => {
    const a = await claim(east, alice);
    await enter(a);
    await enter(await claim(west, bob));
    await west.deliver('demo', alice, bytes(5));
    const envelope = await a.next(isEnvelope(5));
    assert.ok((await a.next(isJoined(bob))).counter < envelope.counter);
  }),
  rule('says which events a list knows of already', async ({ east, west }) => {
    const a = await claim(east, alice);
    await enter(a);
    await enter(await claim(west, bob));
    const { members, after } = await enter(a);
    assert.equal(members.length, 2);
    assert.ok((await a.next(isJoined(bob))).counter <= after);
  }),
  rule('bounds rooms and members', async ({ east }) => {
    const a = await claim(east, alice);
    await enter(a, 'one');
    await enter(a, 'two');
    assert.deepEqual(await a.seat.join('three'), { ok: false, code: 'room/limit' });
    for (const who of [bob, charlie]) await enter(await claim(east, who), 'one');
    const dave = await claim(east, peer('d'));
    assert.deepEqual(await dave.seat.join('one'), { ok: false, code: 'room/full' });
  }),
  rule('lets a client keep some of its rooms only, and tells those in the others', async ({ east, west }) => {
    const a = await claim(east, alice);
    const b = await claim(west, bob);
    for (const client of [a, b]) for (const room of ['one', 'two']) await enter(client, room);
    await b.seat.keepRooms(new Set(['two', 'three']));
    const left = await a.next(isLeft(bob));
    assert.equal(left.t === 'member-left' && left.room, 'one');
    assert.equal((await enter(a, 'two')).members.length, 2);
    await enter(b, 'four'); // of two rooms that it may be in
    await a.seat.end();
    await a.seat.keepRooms(new Set());
  }),
  rule('frees everything at once when a client ends', async ({ east, west }) => {
    const a = await claim(east, alice);
    const b = await claim(west, bob);
    await enter(a);
    await enter(b);
    await a.seat.end();
    await b.next(isLeft(alice));
    assert.equal(await west.deliver('demo', alice, bytes(1)), false);
  }),
  rule(
    'frees a lost client when its window is over',
    async ({ east, west }) => {
      const a = await claim(east, alice);
      const b = await claim(west, bob);
      await enter(a);
      await enter(b);
      await a.seat.lose();
      await b.next(isLeft(alice));
      assert.equal(await west.cardOf('demo', alice), undefined);
      assert.equal((await claim(west, alice, { resumeAfter: 0 })).seat.resumed, false);
    },
    50,
  ),
];
