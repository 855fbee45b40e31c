import { encodeDataFrame, type PeerId, type Value } from '@conclave/protocol';

import type { Answer } from '../../src/data/calls.js';
import { encodeAnswer } from '../../src/data/calls.js';
import { notSent } from '../../src/data/delivery.js';
import { Questions, type Asked } from '../../src/data/questions.js';
import type { IncomingStream } from '../../src/streams/incoming-stream.js';
import type { OutgoingStream } from '../../src/streams/outgoing-stream.js';
import { MAX_OUTBOX_MESSAGES } from '../../src/logic/outbox.js';
import { deferred } from '../../src/state/deferred.js';
import { collectReports, turns } from '../support/reports.js';
import { ALICE, BOB, CHARLIE, streamEnds } from '../support/stream-ends.js';
import { pass, useVirtualTime } from '../support/virtual-time.js';
import { virtualLink } from '../support/virtual-link.js';

useVirtualTime();

/** Alice publishes, bob plays; both streams are up. */
async function scene() {
  const ends = streamEnds();
  const outgoing: OutgoingStream = ends.alice.publisher.publish('camera', () => true);
  ends.connect();
  const incoming: IncomingStream = ends.bob.subscriptions.play(ALICE, 'camera', { media: false });
  await ends.settle();
  const [bob] = outgoing.peerStreams.get();
  if (!bob) throw new Error('bob does not play');
  return { ...ends, outgoing, incoming, toBob: bob };
}

/** How a question ended. */
async function ending(asked: Promise<Value>, settle: () => Promise<void>): Promise<unknown> {
  const said = asked.then(
    (value) => ({ value }),
    (error: unknown) => (error as { code?: string }).code,
  );
  await settle();
  return said;
}

test('[C9] SPEC 8.7: a question has one answer, with what the responder returns or resolves with', async () => {
  const { toBob, incoming, outgoing, settle } = await scene();
  incoming.respond('sum', (one, other) => (one as number) + (other as number));
  incoming.respond('later', async (text) => `${text as string}!`);
  incoming.respond('nothing', () => undefined);
  expect(await ending(toBob.request('sum', [1, 2]), settle)).toEqual({ value: 3 });
  expect(await ending(toBob.request('later', ['yes']), settle)).toEqual({ value: 'yes!' });
  expect(await ending(toBob.request('nothing', []), settle)).toEqual({ value: null });
  const all = outgoing.request('sum', [2, 3]);
  await settle();
  expect(await all).toEqual(new Map([[BOB, { outcome: 'answered', value: 5 }]]));
});

test('[C9] a question waits 10 s for its responder, then there is none', async () => {
  const { toBob, incoming, settle } = await scene();
  const early = ending(toBob.request('name', []), settle);
  await settle();
  incoming.respond('name', () => 'bob');
  await settle();
  expect(await early).toEqual({ value: 'bob' });
  const never = ending(toBob.request('age', [], { timeoutMs: 60_000 }), settle);
  incoming.handle('age', () => {}); // a handler answers no questions
  await settle();
  await pass(10_000);
  await settle();
  expect(await never).toBe('data/no-responder');
});

test('[C9] a responder that throws, rejects or says what cannot be sent has failed, and ends nothing else', async () => {
  const { toBob, incoming, settle } = await scene();
  const reported = collectReports();
  const error = new Error('a fault of the application');
  incoming.respond('throws', () => {
    throw error;
  });
  incoming.respond('rejects', () => Promise.reject(error));
  incoming.respond('map', () => new Map() as unknown as Value);
  incoming.respond('large', () => new Uint8Array(70_000));
  expect(await ending(toBob.request('throws', []), settle)).toBe('data/responder-failed');
  expect(await ending(toBob.request('rejects', []), settle)).toBe('data/responder-failed');
  expect(await ending(toBob.request('map', []), settle)).toBe('data/unsupported-value');
  expect(await ending(toBob.request('large', []), settle)).toBe('data/too-large');
  expect(reported).toEqual([]);
});

test('[C9] who asks waits no longer than it says, and an answer that comes later is nobody’s', async () => {
  const { alice, toBob, incoming, settle } = await scene();
  const late = deferred<Value>();
  incoming.respond('slow', () => late.promise);
  const asked = ending(toBob.request('slow', [], { timeoutMs: 500 }), settle);
  await pass(500);
  expect(await asked).toBe('data/timeout');
  late.resolve('too late');
  await settle();
  expect(alice.refused).toBe(0); // and no fault of bob's either
  const forEver = toBob.request('sum', [], { timeoutMs: Infinity });
  await settle();
  incoming.respond('sum', () => 1);
  expect(await ending(forEver, settle)).toEqual({ value: 1 });
  for (const timeoutMs of [0, -1, NaN])
    await expect(toBob.request('slow', [], { timeoutMs })).rejects.toMatchObject({
      code: 'usage/invalid-argument',
    });
});

test('[C9] a signal ends the waiting, also one that was aborted before, and nothing is left of it', async () => {
  const { toBob, incoming, settle } = await scene();
  let asked = 0;
  incoming.respond('count', () => {
    asked += 1;
    return deferred<Value>().promise;
  });
  const timers = jest.getTimerCount();
  const controller = new AbortController();
  const waiting = ending(toBob.request('count', [], { signal: controller.signal }), settle);
  await settle();
  controller.abort();
  expect(await waiting).toBe('usage/aborted');
  expect(await ending(toBob.request('count', [], { signal: controller.signal }), settle)).toBe(
    'usage/aborted',
  );
  expect(asked).toBe(1);
  expect(jest.getTimerCount()).toBe(timers);
});

test('[B9] of 65 questions at once the last one is refused, and the others are answered', async () => {
  const { toBob, incoming, settle } = await scene();
  const go = deferred<Value>();
  incoming.respond('wait', () => go.promise);
  const asked = Array.from({ length: 65 }, () => ending(toBob.request('wait', []), settle));
  await settle();
  go.resolve('now');
  await settle();
  const endings = await Promise.all(asked);
  expect(endings.slice(0, 64)).toEqual(Array.from({ length: 64 }, () => ({ value: 'now' })));
  expect(endings[64]).toBe('data/congested');
  expect(await ending(toBob.request('wait', []), settle)).toEqual({ value: 'now' });
});

test.each([
  [
    'the publisher closes it',
    'stream/closed',
    ({ outgoing }: Awaited<ReturnType<typeof scene>>) => outgoing.close(),
  ],
  ['the subscriber leaves', 'stream/unsubscribed', ({ incoming }) => incoming.close()],
  ['the peer is lost', 'peer/lost', ({ cut }) => cut(false)],
] as [string, string, (of: Awaited<ReturnType<typeof scene>>) => void][])(
  '[C9] a question ends with its subscription: %s',
  async (_, code, end) => {
    const all = await scene();
    all.incoming.respond('wait', () => deferred<Value>().promise);
    const asked = all.toBob.request('wait', []);
    const everybody = all.outgoing.request('wait', []);
    const said = ending(asked, turns);
    await all.settle();
    end(all);
    await (code === 'peer/lost' ? turns() : all.settle());
    expect(await said).toBe(code);
    expect(await everybody).toEqual(new Map([[BOB, { outcome: 'failed', code }]]));
    await expect(all.toBob.request('wait', [])).rejects.toMatchObject({ code: 'usage/closed' });
  },
);

test('[C9] an answer that is ready when the peer has gone is not said to its next life', async () => {
  const { alice, bob, incoming, toBob, connect, cut, settle } = await scene();
  const late = deferred<Value>();
  incoming.respond('slow', () => late.promise);
  void toBob.request('slow', []).catch(() => undefined);
  await settle();
  cut(false);
  late.resolve('too late');
  await turns();
  const sent: number[] = [];
  connect({
    sent(to, { lane, bytes }) {
      if (to === 0 && lane === 'messages') sent.push(bytes[0]!);
    },
  });
  await settle();
  expect(sent.filter((type) => type === 6)).toEqual([]);
  expect(alice.refused + bob.refused).toBe(0);
});

test('[C9] of several who are asked, who is too far behind has failed with data/congested, and the others answer', async () => {
  const { alice, outgoing, incoming, settle } = await scene();
  const { port } = virtualLink([ALICE, CHARLIE]).ends[0];
  alice.lanes.up(port);
  alice.publisher.farPlays(port, [{ request: 1, stream: 'camera' }]);
  await turns();
  const charlie = outgoing.peerStreams.get().find(({ farId }) => farId === CHARLIE)!;
  for (let sent = 0; sent < MAX_OUTBOX_MESSAGES; sent += 1) charlie.send('chat', sent);
  incoming.respond('name', () => 'bob');
  const said = outgoing.request('name', []).catch((error: unknown) => error);
  await settle();
  expect(await said).toEqual(
    new Map<PeerId, Answer>([
      [BOB, { outcome: 'answered', value: 'bob' }],
      [CHARLIE, { outcome: 'failed', code: 'data/congested' }],
    ]),
  );
});

test('[C9] what cannot be asked is refused also where nobody is there to be asked', async () => {
  const outgoing = streamEnds().alice.publisher.publish('camera', () => true);
  for (const timeoutMs of [0, -1, NaN])
    await expect(outgoing.request('name', [], { timeoutMs })).rejects.toMatchObject({
      code: 'usage/invalid-argument',
    });
  await expect(outgoing.request('name', [new Map() as unknown as Value])).rejects.toMatchObject({
    code: 'data/unsupported-value',
  });
  expect(await outgoing.request('name', [])).toEqual(new Map());
});

test('[C9] an answer that comes on a new link before the play is said there counts', async () => {
  const { alice, bob, toBob, incoming, connect, cut, settle } = await scene();
  incoming.respond('name', () => 'bob');
  const asked = toBob.request('name', []);
  while (bob.receive());
  await turns(); // bob has answered, and the link goes with it
  cut(true);
  const { inbound } = connect().ends[0];
  const play = inbound.splice(0).filter((frame) => frame.lane === 'control' || !inbound.push(frame));
  await settle();
  expect(toBob.state.get().phase).toBe('interrupted');
  expect(await ending(asked, settle)).toEqual({ value: 'bob' });
  inbound.push(...play);
  await settle();
  expect([toBob.state.get().phase, alice.refused]).toEqual(['playing', 0]);
});

test('[C9] one responder answers a name: a second one is refused until the first has gone', async () => {
  const { toBob, incoming, settle } = await scene();
  const stop = incoming.respond('name', () => 'bob');
  expect(() => incoming.respond('name', () => 'robert')).toThrow(
    expect.objectContaining({ code: 'usage/invalid-argument' }),
  );
  stop();
  incoming.respond('name', () => 'robert');
  stop(); // again: that of another one stays
  expect(await ending(toBob.request('name', []), settle)).toEqual({ value: 'robert' });
});

test('[C9] a plain message calls a responder too, and its answer goes nowhere', async () => {
  const { outgoing, incoming, settle } = await scene();
  const heard: Value[] = [];
  incoming.respond('note', (text) => {
    heard.push(text);
    return 'an answer';
  });
  const { delivered } = outgoing.send('note', 'hello');
  await settle();
  expect(await delivered).toEqual(new Map([[BOB, 'delivered']]));
  expect(heard).toEqual(['hello']);
});

/** Somebody who is asked, and who says nothing by itself. */
const silent = (farId: PeerId): Asked => ({
  send: () => ({ ...notSent(farId), delivered: Promise.resolve('delivered') }),
});
const answer = (question: number, value: Value): Uint8Array =>
  encodeAnswer(question, { outcome: 'answered', value });

test('[B9] an answer of another peer, to another question, or that is none, is refused', async () => {
  const questions = new Questions();
  const [alice, mallory] = [silent(ALICE), silent(BOB)];
  const ended: Answer[] = [];
  void questions.ask(alice, 'name', []).then((said) => ended.push(said));
  expect(questions.answered(mallory, answer(1, 'mallory'))).toBe(false);
  expect(questions.answered(alice, answer(7, 'nobody asked'))).toBe(true);
  for (const payload of [new Uint8Array(0), new Uint8Array([0x90]), new Uint8Array([0x91, 1])])
    expect(questions.answered(alice, payload)).toBe(false);
  await turns();
  expect(ended).toEqual([]);
  expect(questions.answered(alice, answer(1, 'alice'))).toBe(true);
  expect(questions.answered(alice, answer(1, 'again'))).toBe(true); // nobody's
  await turns();
  expect(ended).toEqual([{ outcome: 'answered', value: 'alice' }]);
});

test('[B9] an answer on a request that bob does not have changes nothing', async () => {
  const { alice, bob, toBob, incoming, settle } = await scene();
  incoming.respond('wait', () => deferred<Value>().promise);
  const ended: unknown[] = [];
  void toBob.request('wait', []).then(
    (value) => ended.push(value),
    () => {},
  );
  await settle();
  const forged = bob.lanes.with(ALICE).send({
    type: 'answer',
    request: 99,
    payload: answer(1, 'forged'),
    mayCross: () => true,
  });
  await settle();
  expect(await forged!.delivered).toBe('not-sent');
  expect(ended).toEqual([]);
  expect(
    alice.lanes.received(
      alice.port!,
      'lossy',
      encodeDataFrame({ type: 'answer', request: 1, counter: 2, payload: answer(1, 'x') }),
    ),
  ).toBe(false);
});
