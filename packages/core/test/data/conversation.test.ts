import { decodeDataFrame, encodeDataFrame, type DataFrame, type MessageFrame } from '@conclave/protocol';

import { Conversation } from '../../src/data/conversation.js';
import type { Outcome } from '../../src/data/delivery.js';
import { Lanes } from '../../src/data/lanes.js';
import type { LinkPort } from '../../src/link/link-port.js';
import { MAX_OUTBOX_MESSAGES } from '../../src/logic/outbox.js';
import { memoryLink } from '../support/memory-link.js';
import { turns } from '../support/reports.js';
import { BOB } from '../support/stream-ends.js';
import { pass, useVirtualTime } from '../support/virtual-time.js';

useVirtualTime();

const text = (payload: Uint8Array) => new TextDecoder().decode(payload);
const bytes = (message: string) => new TextEncoder().encode(message);
const decoded = (frame: Uint8Array): DataFrame => {
  const result = decodeDataFrame(frame);
  if (!result.ok) throw new Error(result.code);
  return result.value;
};
const anywhere = () => true;
const message = (counter: number, said = String(counter)): MessageFrame => ({
  type: 'message',
  request: 1,
  counter,
  payload: bytes(said),
});
const resume = (near: number, far: Uint8Array = new Uint8Array(8), counter = 0) =>
  ({ type: 'resume', near: new Uint8Array(8).fill(near), far, counter, verdicts: [] }) as const;

/** One end of a conversation; what it says goes nowhere by itself. */
function end(windowBytes = 65_536) {
  const link = memoryLink(BOB);
  const heard: string[] = [];
  const later: ((is: 'handled' | 'dropped') => void)[] = [];
  const conversation = new Conversation(BOB, {
    pacer: () => ({ windowBytes: () => windowBytes, allowance: () => Infinity, sent: () => {} }),
    deliver(_, { payload }, decide) {
      const said = text(payload);
      heard.push(said);
      if (said.startsWith('wait')) later.push(decide);
      return said.startsWith('wait') ? 'waits' : said.startsWith('drop') ? 'dropped' : 'handled';
    },
    wake: () => {},
    reborn: () => {},
  });
  const outcomes: string[] = [];
  return {
    link,
    heard,
    later,
    conversation,
    outcomes,
    /** Sends this, and notes what becomes of it. */
    say(said: string | Uint8Array, mayCross: (port: LinkPort) => boolean = anywhere) {
      const payload = typeof said === 'string' ? bytes(said) : said;
      const sent = conversation.send({ type: 'message', request: 1, payload, mayCross });
      void sent?.delivered.then((outcome) =>
        outcomes.push(typeof said === 'string' ? `${said} ${outcome}` : outcome),
      );
      return sent;
    },
    /** Takes what it has put on the line since. */
    taken: () => link.wire.splice(0).map((frame) => decoded(frame.bytes)),
    hear: (frame: DataFrame) => conversation.received(frame as MessageFrame),
  };
}

/** Alice and bob, who have said where they stand. */
function two(windowBytes?: number) {
  const [alice, bob] = [end(windowBytes), end()];
  for (const one of [alice, bob]) one.conversation.attach(one.link.port);
  const settle = async () => {
    for (let quiet = 0; quiet < 2; quiet += 1) {
      for (const [from, to] of [[alice, bob] as const, [bob, alice] as const]) {
        for (let frame = from.link.take(); frame; frame = from.link.take()) {
          expect(to.hear(decoded(frame))).toBe(true);
          from.conversation.pump();
          quiet = 0;
        }
      }
      await pass(6);
    }
  };
  return { alice, bob, settle };
}

/** One end on a link whose far end is the test. */
function facing(windowBytes?: number) {
  const one = end(windowBytes);
  one.conversation.attach(one.link.port);
  const [first] = one.taken();
  if (first?.type !== 'resume') throw new Error('a link begins with a resume');
  expect(one.hear(resume(9, first.near))).toBe(true);
  return { ...one, name: first.near };
}

test('[C9] messages arrive in order, each once, and delivered is said after the far end has them', async () => {
  const { alice, bob, settle } = two();
  const outcomes: Outcome[] = [];
  for (let i = 0; i < 100; i += 1) {
    void alice.say(String(i))!.delivered.then((outcome) => outcomes.push(outcome));
  }
  await turns();
  expect(outcomes).toEqual([]);
  await settle();
  expect(bob.heard).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
  expect(outcomes).toEqual(Array.from({ length: 100 }, () => 'delivered'));
});

test('[C9] SPEC 8.6: the next message is taken, a copy is acknowledged again, a gap is refused and not acknowledged', async () => {
  const bob = facing();
  expect(bob.hear(message(1, 'once'))).toBe(true);
  await pass(6);
  expect(bob.taken()).toEqual([{ type: 'ack', counter: 1, verdicts: [] }]);
  expect(bob.hear(message(1, 'once'))).toBe(true);
  await pass(6);
  expect(bob.taken()).toEqual([{ type: 'ack', counter: 1, verdicts: [] }]);
  expect(bob.hear(message(3, 'third'))).toBe(false);
  await pass(6);
  expect(bob.taken()).toEqual([]);
  expect(bob.heard).toEqual(['once']);
});

test('[C9] what waits, what was dropped and what was handled are told apart, however late', async () => {
  const { alice, bob, settle } = two();
  for (const said of ['wait a', 'drop', 'wait b', 'now']) alice.say(said);
  await settle();
  expect(alice.outcomes).toEqual(['drop not-sent', 'now delivered']);
  bob.later[1]!('handled');
  bob.later[0]!('dropped');
  await settle();
  expect(alice.outcomes.slice(2).sort()).toEqual(['wait a not-sent', 'wait b delivered']);
});

test('[C9] an acknowledgement for many: one frame for what comes in a stream, at once for what comes alone', async () => {
  const bob = facing();
  await pass(6);
  bob.hear(message(1));
  await turns();
  expect(bob.taken()).toHaveLength(1);
  for (let counter = 2; counter <= 20; counter += 1) bob.hear(message(counter));
  await turns();
  expect(bob.taken()).toEqual([]);
  await pass(6);
  expect(bob.taken()).toEqual([{ type: 'ack', counter: 20, verdicts: [] }]);
  for (let counter = 21; counter <= 21 + 64; counter += 1) bob.hear(message(counter));
  expect(bob.taken().length).toBeGreaterThanOrEqual(2); // timers of a page in the background come late: none is needed
  bob.hear(message(86));
  bob.conversation.detach();
  await pass(6);
  expect(bob.taken()).toEqual([]);
});

test('[C9] no message leaves before the far end has said where it stands', () => {
  const alice = end();
  alice.say('early');
  alice.conversation.attach(alice.link.port);
  expect(alice.taken().map(({ type }) => type)).toEqual(['resume']);
  alice.hear(resume(9));
  expect(alice.taken()).toMatchObject([{ type: 'message', counter: 1 }]);
});

test('[B9] a message or an acknowledgement before the resume, and a second resume, are refused', async () => {
  const bob = end();
  expect(bob.hear(resume(9))).toBe(false); // no link is up
  bob.conversation.attach(bob.link.port);
  expect(bob.hear(message(1))).toBe(false);
  expect(bob.hear({ type: 'ack', counter: 1, verdicts: [] })).toBe(false);
  expect(bob.hear(resume(9))).toBe(true);
  expect(bob.hear(resume(9))).toBe(false);
  expect(bob.hear(resume(8))).toBe(false);
  expect(bob.hear(message(1))).toBe(true);
  await turns();
  expect(bob.heard).toEqual(['1']);
});

test('[B9] an acknowledgement of what was never sent settles nothing, and verdicts on it are nobody’s', async () => {
  const alice = facing(1); // a window of one message
  for (const said of ['sent', 'waits']) alice.say(said);
  alice.taken();
  alice.link.open = false; // so that the acknowledgement cannot let the second one leave
  const verdicts = [99, 2, 0, Number.MAX_SAFE_INTEGER].map(
    (counter) => ({ counter, is: 'dropped' }) as const,
  );
  expect(alice.hear({ type: 'ack', counter: 99, verdicts })).toBe(true);
  await turns();
  expect(alice.outcomes).toEqual(['sent delivered']);
});

test('[B9] a far end that lets everything wait for ever holds no more than an outbox, and its end settles all', async () => {
  const alice = facing();
  for (let counter = 1; counter <= MAX_OUTBOX_MESSAGES; counter += 1) {
    expect(alice.say('x')).toBeDefined();
    expect(alice.hear({ type: 'ack', counter, verdicts: [{ counter, is: 'waits' }] })).toBe(true);
    alice.link.wire.length = 0;
  }
  expect(alice.say('one more')).toBeUndefined();
  await turns();
  expect(alice.outcomes).toEqual([]);
  alice.conversation.end();
  await turns();
  expect(alice.outcomes).toEqual(Array.from({ length: MAX_OUTBOX_MESSAGES }, () => 'x unknown'));
});

test('[B9] a resume of a far end that lies about what it took can lose only its own messages', async () => {
  const alice = facing();
  for (const said of ['a', 'b']) alice.say(said);
  expect(alice.taken()).toHaveLength(2);
  alice.conversation.attach(alice.link.port);
  alice.hear(resume(9, alice.name, Number.MAX_SAFE_INTEGER));
  await turns();
  expect(alice.outcomes).toEqual(['a delivered', 'b delivered']);
  alice.say('c');
  expect(alice.taken()).toMatchObject([{ type: 'resume' }, { type: 'message', counter: 3 }]);
});

test('[C9] no more is handed over than the window has room for, and accepted says when', async () => {
  const { alice, settle } = two(100);
  await settle();
  const accepted: number[] = [];
  for (let i = 0; i < 10; i += 1) void alice.say(new Uint8Array(60))!.accepted.then(() => accepted.push(i));
  await turns();
  expect(alice.link.wire).toHaveLength(2);
  expect(accepted).toEqual([0, 1]);
  await settle();
  expect(accepted).toHaveLength(10);
});

test('[C9] a message that the browser does not take keeps its place', async () => {
  const { alice, bob, settle } = two();
  await settle();
  const { channels } = alice.link.port;
  const { send } = channels;
  channels.send = () => false; // its buffer is full
  alice.say('first');
  channels.send = send;
  alice.say('second');
  await settle();
  expect(bob.heard).toEqual(['first', 'second']);
});

test('[C9] when the peer is gone, what was sent is unknown and what waited was not sent', async () => {
  const alice = facing(100);
  const sent = Array.from({ length: 4 }, () => alice.say(new Uint8Array(60))!);
  alice.link.take();
  alice.hear({ type: 'ack', counter: 1, verdicts: [] });
  alice.conversation.end();
  expect(await Promise.all(sent.map(({ delivered }) => delivered))).toEqual([
    'delivered',
    'unknown',
    'unknown',
    'not-sent',
  ]);
  await Promise.all(sent.map(({ accepted }) => accepted)); // nobody waits for ever
  expect(await alice.say('late')!.delivered).toBe('not-sent');
});

test('[B6] what belongs to a room does not cross a link on which the room was not proven', async () => {
  const alice = facing();
  const inRoom = ({ rooms }: LinkPort) => rooms.has('tea');
  alice.say('secret', inRoom);
  alice.say('open');
  expect(alice.taken()).toMatchObject([{ type: 'message', counter: 1, payload: bytes('open') }]);
  await turns();
  expect(alice.outcomes).toEqual(['secret not-sent']);
  const room = { ...alice.link.port, rooms: new Set(['tea']) };
  alice.conversation.attach(room);
  alice.hear(resume(9, alice.name, 1));
  alice.taken();
  for (const said of ['on its way', 'too']) alice.say(said, inRoom);
  expect(alice.taken()).toHaveLength(2);
  alice.conversation.detach();
  alice.say('waits', inRoom);
  alice.conversation.attach(alice.link.port);
  alice.hear(resume(9, alice.name, 1));
  expect(alice.taken()).toMatchObject([{ type: 'resume', far: new Uint8Array(8) }]);
  await turns();
  expect(alice.outcomes.slice(2).sort()).toEqual(['on its way unknown', 'too unknown', 'waits not-sent']);
});

test('[C10] who is too far behind is not waited for', () => {
  const alice = facing();
  alice.link.open = false;
  for (let i = 0; i < MAX_OUTBOX_MESSAGES; i += 1) expect(alice.say('x')).toBeDefined();
  expect(alice.say('x')).toBeUndefined();
  expect(alice.conversation.hasRoom(1)).toBe(false);
});

/** The lanes of a connection, and what they hand on. */
function lanesOf(windowBytes: number) {
  const link = memoryLink(BOB);
  const heard: string[] = [];
  const lanes = new Lanes({
    deliver: (_, { payload }) => (heard.push(text(payload)), 'handled'),
    lossy: (_, request, payload) => heard.push(`${request}: ${text(payload)}`) > 0,
    bulk: () => false,
    reborn: () => {},
    wake: () => {},
    path: () => false,
  });
  const nothing = {
    frameBytes: () => 0,
    allowance: () => Infinity,
    sent: () => {},
    start: () => {},
    stop: () => {},
  };
  lanes.setPacer({ ...nothing, windowBytes: () => windowBytes });
  return { link, heard, lanes };
}

test('[C11] lossy messages go at once or never', () => {
  const [alice, bob] = [lanesOf(10), lanesOf(10)];
  for (let i = 0; i < 5; i += 1) alice.lanes.sendLossy(alice.link.port, 1, bytes('123456'));
  expect(alice.link.wire).toHaveLength(1); // the rest found the window taken
  expect(bob.lanes.received(bob.link.port, 'lossy', alice.link.take('lossy')!)).toBe(true);
  expect(bob.heard).toEqual(['1: 123456']);
});

test('[B9] frames on a lane where they do not belong, and bytes that are no frame, are refused', async () => {
  const { lanes, link, heard } = lanesOf(1_000);
  lanes.up(link.port);
  expect(lanes.received(link.port, 'messages', encodeDataFrame(resume(9)))).toBe(true);
  link.wire.length = 0;
  const reliable = encodeDataFrame(message(1));
  const lossy = encodeDataFrame({ type: 'lossy', request: 1, payload: bytes('x') });
  const bulk = encodeDataFrame({ type: 'bulk', sentAtUs: 0, transfer: 1, offset: 0, payload: bytes('x') });
  expect(lanes.received(link.port, 'lossy', reliable)).toBe(false);
  expect(lanes.received(link.port, 'lossy', encodeDataFrame(resume(8)))).toBe(false);
  expect(lanes.received(link.port, 'messages', lossy)).toBe(false);
  expect(lanes.received(link.port, 'messages', bulk)).toBe(false);
  expect(lanes.received(link.port, 'bulk', reliable)).toBe(false);
  for (const garbage of [new Uint8Array(0), new Uint8Array([9]), reliable.subarray(0, 5)]) {
    expect(decodeDataFrame(garbage).ok).toBe(false);
    expect(lanes.received(link.port, 'messages', garbage)).toBe(false);
  }
  await pass(6);
  expect(heard).toEqual([]);
  expect(link.wire).toEqual([]);
});
