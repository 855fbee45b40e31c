import type { Value } from '@conclave/core';

import { until } from '../support/wait.js';
import { connectAll, play, publish } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob', 'charlie');

/** Alice publishes; bob and charlie play and keep what they are told. */
async function chat() {
  const [alice, bob, charlie] = [cast.peer('alice'), cast.peer('bob'), cast.peer('charlie')];
  const [aliceId, bobId, charlieId] = await connectAll(cast.url, alice, bob, charlie);
  await publish(alice, 'chat');
  for (const peer of [bob, charlie]) {
    expect(await play(peer, aliceId!, 'chat', false)).toBe('playing');
    await peer.evaluate(() => {
      kit.keep.incoming['chat']!.handle('say', (...args) => kit.keep.heard.push(...args));
    });
  }
  return { alice, bob, charlie, aliceId: aliceId!, bobId: bobId!, charlieId: charlieId! };
}

test('[C9] what is sent to all arrives at each in order, once, and delivered is said when it has arrived', async () => {
  const { alice, bob, charlie, bobId, charlieId } = await chat();
  const numbers = Array.from({ length: 300 }, (_, index) => index);
  const outcomes = await alice.evaluate(async (all: number[]) => {
    const deliveries = all.map((number) => kit.keep.outgoing['chat']!.send('say', number));
    await Promise.all(deliveries.map(({ accepted }) => accepted));
    return (await Promise.all(deliveries.map(({ delivered }) => delivered))).map((one) => [...one]);
  }, numbers);
  // Not waited for: delivered has said that it is there.
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual(numbers);
  expect(await charlie.evaluate(() => kit.keep.heard)).toEqual(numbers);
  for (const outcome of outcomes) {
    expect(new Map(outcome)).toEqual(
      new Map([
        [bobId, 'delivered'],
        [charlieId, 'delivered'],
      ]),
    );
  }
});

test('[C9] what is sent to one reaches nobody else, and keeps its place among what is sent to all', async () => {
  const { alice, bob, charlie, bobId } = await chat();
  await alice.evaluate(async (to: string) => {
    const stream = kit.keep.outgoing['chat']!;
    const bobs = stream.peerStreams.get().find(({ farId }) => farId === to)!;
    const deliveries = [
      stream.send('say', 'to all'),
      bobs.send('say', 'to bob'),
      stream.send('say', 'again'),
    ];
    await Promise.all(deliveries.map(({ delivered }) => delivered));
  }, bobId);
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual(['to all', 'to bob', 'again']);
  expect(await charlie.evaluate(() => kit.keep.heard)).toEqual(['to all', 'again']);
});

test('[C9] who joins late gets nothing old, and everything from then on', async () => {
  const { alice, charlie, aliceId } = await chat();
  await charlie.evaluate(() => kit.keep.incoming['chat']!.close());
  await until(() => alice.evaluate(() => kit.keep.outgoing['chat']!.peerStreams.get().length === 1), {
    within: 5_000,
    what: 'charlie has gone',
  });
  const say = (text: string) =>
    alice.evaluate(async (what: string) => {
      await kit.keep.outgoing['chat']!.send('say', what).delivered;
    }, text);
  await say('before');
  expect(await play(charlie, aliceId, 'chat', false)).toBe('playing');
  await charlie.evaluate(() => {
    kit.keep.incoming['chat']!.handle('say', (text) => kit.keep.heard.push(text));
  });
  await say('after');
  expect(await charlie.evaluate(() => kit.keep.heard)).toEqual(['after']);
});

test('[C9] a handler that is registered late still gets what came before it', async () => {
  const { alice, bob, charlie } = await chat();
  await alice.evaluate(async () => {
    const stream = kit.keep.outgoing['chat']!;
    void stream.send('draw', 1, 2).delivered.then((all) => kit.keep.heard.push(...all.values()));
    await stream.send('say', 'drawn').delivered; // in order: the drawing is there, and waits
  });
  expect(await alice.evaluate(() => kit.keep.heard)).toEqual([]); // nobody has it yet, and nobody says so
  for (const peer of [bob, charlie]) {
    await peer.evaluate(() => {
      kit.keep.incoming['chat']!.handle('draw', (...args) => kit.keep.heard.push(args));
    });
    expect(await peer.evaluate(() => kit.keep.heard)).toEqual(['drawn', [1, 2]]);
  }
  await until(() => alice.evaluate(() => kit.keep.heard.length > 0), { within: 5_000, what: 'it is said' });
  expect(await alice.evaluate(() => kit.keep.heard)).toEqual(['delivered', 'delivered']);
});

test('[C9] every kind of value arrives as it was sent', async () => {
  const { alice, bob } = await chat();
  const values: Value[] = [
    null,
    true,
    -1.5,
    2 ** 40,
    'å \u{1f600}',
    [1, ['x', null]],
    { a: { b: [] } },
    new Uint8Array([0, 255]),
    new Date(1_700_000_000_123),
  ];
  await alice.evaluate(async (all: Value[]) => {
    await kit.keep.outgoing['chat']!.send('say', ...all).delivered;
  }, values);
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual(values);
});

test('[C9] a message has 64 KiB encoded at most; more throws data/too-large and sends nothing', async () => {
  const { alice, bob } = await chat();
  const codes = await alice.evaluate(async () => {
    const stream = kit.keep.outgoing['chat']!;
    const codeOf = (bytes: number) => {
      try {
        return stream.send('say', new Uint8Array(bytes));
      } catch (error) {
        return kit.codeOf(error);
      }
    };
    const overhead = 9; // two arrays, a name of 3 letters, and bytes of which there are more than 255
    const largest = codeOf(64 * 1024 - overhead);
    const tooLarge = codeOf(64 * 1024 - overhead + 1);
    const one = codeOf(1);
    if (typeof largest === 'string' || typeof one === 'string') return [largest, one];
    await Promise.all([largest.delivered, one.delivered]);
    return [tooLarge];
  });
  expect(codes).toEqual(['data/too-large']);
  const lengths = await bob.evaluate(() => (kit.keep.heard as Uint8Array[]).map((bytes) => bytes.byteLength));
  expect(lengths).toEqual([64 * 1024 - 9, 1]);
});

test('[C9] 10 MB of messages to one peer all arrive, in order', async () => {
  const { alice, bob, bobId } = await chat();
  await bob.evaluate(() => {
    kit.keep.incoming['chat']!.handle('big', (index) => kit.keep.heard.push(index));
  });
  // To one: what is sent to all waits for the fastest, and who falls 4 MiB behind is let go.
  await alice.evaluate(async (to: string) => {
    const stream = kit.keep.outgoing['chat']!.peerStreams.get().find(({ farId }) => farId === to)!;
    let last = stream.send('big', -1);
    for (let i = 0; i < 160; i += 1) {
      last = stream.send('big', i, new Uint8Array(65_000));
      await last.accepted;
    }
    await last.delivered;
  }, bobId);
  const expected = Array.from({ length: 161 }, (_, index) => index - 1);
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual(expected);
});

test('[C9] who waits for accepted before the next message is never too fast, however small messages are', async () => {
  const { alice, bob, bobId } = await chat();
  await alice.evaluate(async (to: string) => {
    const stream = kit.keep.outgoing['chat']!.peerStreams.get().find(({ farId }) => farId === to)!;
    let last = stream.send('say', 0);
    for (let i = 1; i < 3_000; i += 1) {
      await last.accepted;
      last = stream.send('say', i);
    }
    await last.delivered;
  }, bobId);
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual(
    Array.from({ length: 3_000 }, (_, index) => index),
  );
});

test('[C9] of a peer that is killed, delivered says unknown or not-sent, and never that it was delivered', async () => {
  const { alice, aliceId } = await chat();
  const dave = await cast.hire('dave');
  await connectAll(cast.url, dave);
  expect(await play(dave, aliceId, 'chat', false)).toBe('playing');
  await dave.kill();
  const outcomes = await alice.evaluate(async () => {
    const deliveries = Array.from({ length: 20 }, () =>
      kit.keep.outgoing['chat']!.send('say', new Uint8Array(30_000)),
    );
    const maps = await Promise.all(deliveries.map(({ delivered }) => delivered));
    const ids = new Set(kit.keep.outgoing['chat']!.peerStreams.get().map(({ farId }) => farId));
    return maps.map((one) => [...one].filter(([farId]) => !ids.has(farId)).map(([, outcome]) => outcome));
  });
  expect(outcomes.flat()).toHaveLength(20);
  expect(outcomes.flat()).not.toContain('delivered');
  expect(outcomes.flat()).toContain('unknown');
}, 20_000);
