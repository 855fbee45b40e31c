import type { PeerId } from '@conclave/core';

import type { Peer } from '../../support/peer.js';
import { throughout, until } from '../../support/wait.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

/** Joins the room `garden` as somebody; what is said to everybody is kept with the ID of who said it. */
const join = (peer: Peer, name: string) =>
  peer.evaluate(async (own: string) => {
    const room = await conclave.joinRoom(kit.keep.connection, {
      room: 'garden',
      metadata: { name: own },
      publish: [],
    });
    kit.keep.room = room;
    room.handle('chat', (from, text) => kit.keep.heard.push([from.id, text]));
  }, name);

const seen = (peer: Peer) =>
  peer.evaluate(() =>
    kit.keep.room.participants.get().map(({ id, metadata, state, announced }) => ({
      id,
      metadata: JSON.stringify(metadata.get()),
      phase: state.get().phase,
      announced: announced.get(),
    })),
  );

const seenAs = async (peer: Peer, id: PeerId) => (await seen(peer)).find((one) => one.id === id);

/** Mallory enters the room as an honest program would, says what she likes, and answers with her ID. */
const enter = (metadata: unknown, streams: unknown = []) =>
  siege.mallory.evaluate(
    async (url: string, bobId: PeerId, said: unknown, names: unknown) => {
      const id = await kit.connect(url);
      const { connection } = kit.keep;
      const control = connection.publish('room/garden/');
      await conclave.enterRoom(connection, 'garden');
      connection.play(bobId, 'room/garden/', { media: false });
      const say = () => control.send('hello', said as never, names as never);
      control.peerStreams.subscribe(() => {
        if (control.peerStreams.get().length > 0) setTimeout(say);
      });
      hostile.keep['say'] = (handler: string, ...args: never[]) => control.send(handler, ...args);
      return id;
    },
    siege.url,
    siege.bobId,
    metadata,
    streams,
  );

beforeEach(async () => {
  await Promise.all([join(siege.alice, 'alice'), join(siege.bob, 'bob')]);
  await until(async () => (await seenAs(siege.bob, siege.aliceId))?.phase === 'present', {
    within: 8_000,
    what: 'bob sees alice',
  });
});
afterEach(() => siege.mallory.evaluate(() => kit.keep.connection?.close()));

test('[B2] who takes the name of alice is somebody else, in the list, in messages and in what is sent to one', async () => {
  const malloryId = await siege.undisturbed(() => enter({ name: 'alice' }));
  await until(async () => (await seenAs(siege.bob, malloryId))?.phase === 'present', {
    within: 8_000,
    what: 'mallory is present',
  });
  const both = await seen(siege.bob);
  expect(both.map(({ metadata }) => metadata)).toEqual(['{"name":"alice"}', '{"name":"alice"}']);
  expect(both.map(({ id }) => id).sort()).toEqual([siege.aliceId, malloryId].sort());
  await siege.mallory.evaluate(() => {
    (hostile.keep['say'] as (handler: string, text: string) => void)('app:chat', 'send me the money');
  });
  await siege.alice.evaluate(() => kit.keep.room.send('chat', 'hello').delivered);
  await until(() => siege.bob.evaluate(() => kit.keep.heard.length === 2), { within: 5_000, what: 'both' });
  const heard = (await siege.bob.evaluate(() => kit.keep.heard)) as [string, string][];
  expect(new Map(heard.map(([id, text]) => [text, id]))).toEqual(
    new Map([
      ['send me the money', malloryId],
      ['hello', siege.aliceId],
    ]),
  );
  // Bob sends to alice only: the participant is her ID.
  const outcome = await siege.bob.evaluate(async (id: PeerId) => {
    const alice = kit.keep.room.participants.get().find((one) => one.id === id)!;
    return [...(await alice.send('chat', 'for alice').delivered)];
  }, siege.aliceId);
  expect(outcome).toEqual([[siege.aliceId, 'delivered']]);
});

const deep = (depth: number): unknown => (depth === 0 ? 'x' : [deep(depth - 1)]);

const EVIL: readonly (readonly [metadata: unknown, streams: unknown])[] = [
  ['x'.repeat(1_025), []],
  ['x'.repeat(60_000), []],
  [null, 'camera'],
  [null, [1, {}]],
  [null, ['../camera']],
  [null, ['']],
  [null, ['camera', 'camera']],
  [null, ['a', 'b', 'c', 'd', 'e', 'f']],
];

test('[B2] metadata of the wrong size or type says nothing: what was said before holds, and nobody else is harmed', async () => {
  const malloryId = await siege.undisturbed(() => enter({ name: 'eve' }));
  await until(async () => (await seenAs(siege.bob, malloryId))?.metadata === '{"name":"eve"}', {
    within: 8_000,
    what: 'eve',
  });
  for (const said of EVIL) {
    const delivered = await siege.mallory.evaluate(
      (args: readonly unknown[]) =>
        (hostile.keep['say'] as (...all: unknown[]) => { delivered: Promise<Map<string, string>> })(
          'hello',
          ...args,
        ).delivered.then((outcomes) => [...outcomes.values()]),
      said,
    );
    expect(delivered).toEqual(['delivered']);
  }
  // One announcement is taken each 100 ms: twice that, and the last one has been looked at.
  await throughout(250, async () => {
    const { metadata, announced, phase } = (await seenAs(siege.bob, malloryId))!;
    expect([metadata, announced, phase]).toEqual(['{"name":"eve"}', [], 'present']);
  });
  expect((await seenAs(siege.bob, siege.aliceId))?.phase).toBe('present');
});

test('[B2] metadata nested as deep as the wire goes is shown as it was said; deeper is no value at all', async () => {
  const malloryId = await siege.undisturbed(() => enter(deep(18)));
  await until(async () => (await seenAs(siege.bob, malloryId))?.metadata === JSON.stringify(deep(18)), {
    within: 8_000,
    what: 'what is deep',
  });
  const thrown = await siege.mallory.evaluate((value: unknown) => {
    try {
      (hostile.keep['say'] as (...all: unknown[]) => void)('hello', value, []);
      return 'sent';
    } catch (error) {
      return kit.codeOf(error);
    }
  }, deep(30));
  expect(thrown).toBe('data/unsupported-value');
});

test('[B2] metadata of 1 MB does not fit a message', async () => {
  const malloryId = await enter({ name: 'eve' });
  await until(async () => (await seenAs(siege.bob, malloryId))?.metadata === '{"name":"eve"}', {
    within: 8_000,
    what: 'eve',
  });
  const thrown = await siege.undisturbed(() =>
    siege.mallory.evaluate(() => {
      const say = hostile.keep['say'] as (handler: string, ...args: unknown[]) => void;
      try {
        say('hello', 'x'.repeat(1024 * 1024), []);
        return 'sent';
      } catch (error) {
        return kit.codeOf(error);
      }
    }),
  );
  expect(thrown).toBe('data/too-large');
});

test('[B2] 2,000 announcements are taken ten times a second; the last one counts', async () => {
  const malloryId = await enter({ name: 0 });
  await until(async () => (await seenAs(siege.bob, malloryId))?.phase === 'present', {
    within: 8_000,
    what: 'mallory is present',
  });
  await siege.bob.evaluate((id: PeerId) => {
    const mallory = kit.keep.room.participants.get().find((one) => one.id === id)!;
    mallory.metadata.subscribe(() => kit.keep.heard.push('new'));
  }, malloryId);
  const startedMs = performance.now();
  await siege.undisturbed(async () => {
    await siege.mallory.evaluate(async () => {
      const say = hostile.keep['say'] as (...args: unknown[]) => { accepted: Promise<void> };
      for (let name = 1; name <= 2_000; name += 1) await say('hello', { name }, []).accepted;
    });
    await until(async () => (await seenAs(siege.bob, malloryId))?.metadata === '{"name":2000}', {
      within: 8_000,
      what: 'the last name',
    });
  });
  const changes = await siege.bob.evaluate(() => kit.keep.heard.length);
  expect(changes).toBeLessThanOrEqual(2 + Math.ceil((performance.now() - startedMs) / 100));
});
