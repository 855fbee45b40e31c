import type { PeerId } from '@conclave/core';

import { until } from '../support/wait.js';
import { connectAll, linksOf, play, publish, untilFrames, untilPhase } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob', 'charlie');

/** Alice and bob; bob keeps the messages that come. */
async function twoPeers() {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId, bobId] = await connectAll(cast.url, alice, bob);
  await bob.evaluate(() => {
    kit.keep.connection.on('message', (...args) => kit.keep.heard.push(args));
  });
  return { alice, bob, aliceId: aliceId!, bobId: bobId! };
}

test('[A8] a message arrives once, with its true sender, and needs no link', async () => {
  const { alice, bob, aliceId, bobId } = await twoPeers();
  await alice.evaluate(async (to: PeerId) => {
    for (const number of [1, 2, 3]) {
      await kit.keep.connection.message(to, 'ring', { number, bytes: new Uint8Array([number]) });
    }
  }, bobId);
  await until(() => bob.evaluate(() => kit.keep.heard.length >= 3), { within: 5_000, what: '3 messages' });
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual(
    [1, 2, 3].map((number) => [aliceId, 'ring', { number, bytes: new Uint8Array([number]) }]),
  );
  expect(await linksOf(bob)).toEqual([]);
});

test('[A8] a message to nobody rejects with peer/unreachable in less than a second', async () => {
  const { alice } = await twoPeers();
  const startedMs = performance.now();
  const message = alice.evaluate(
    async (to: PeerId) => {
      await kit.keep.connection.message(to, 'ring', null);
    },
    'cd'.repeat(32) as PeerId,
  );
  await expect(message).rejects.toMatchObject({ code: 'peer/unreachable' });
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});

test('[A8] a message has 16 KiB encoded at most; more is refused where it is made, and nothing else breaks', async () => {
  const { alice, bob, bobId } = await twoPeers();
  const send = (bytes: number) =>
    alice.evaluate(
      async (to: PeerId, size: number) => {
        await kit.keep.connection.message(to, 'ring', new Uint8Array(size));
      },
      bobId,
      bytes,
    );
  const overhead = 3; // bytes, of which there are more than 255
  await expect(send(16 * 1024 - overhead + 1)).rejects.toMatchObject({ code: 'data/too-large' });
  await send(16 * 1024 - overhead);
  await until(() => bob.evaluate(() => kit.keep.heard.length === 1), { within: 5_000, what: 'the message' });
  expect(await alice.evaluate(() => kit.keep.connection.state.get().phase)).toBe('connected');
});

test('[A8] after a reload of the receiver a message finds its new life by itself', async () => {
  const { alice, bob, bobId } = await twoPeers();
  await bob.evaluate(async (url: string) => {
    const identity = await conclave.Identity.create();
    kit.keep.heard.push(identity.peerId);
    Object.assign(globalThis, { kept: identity });
    await kit.keep.connection.close();
    await kit.connect(url, { identity });
  }, cast.url);
  const reborn = (await bob.evaluate(() => kit.keep.heard.pop())) as PeerId;
  await expect(
    alice.evaluate(async (to: PeerId) => {
      await kit.keep.connection.message(to, 'ring', 'gone');
    }, bobId),
  ).rejects.toMatchObject({ code: 'peer/unreachable' });
  const say = (text: string) =>
    alice.evaluate(
      async (to: PeerId, what: string) => {
        await kit.keep.connection.message(to, 'ring', what);
      },
      reborn,
      text,
    );
  await say('first life');
  await bob.evaluate(async (url: string) => {
    const { kept } = globalThis as unknown as { kept: never };
    await kit.keep.connection.close();
    await kit.connect(url, { identity: kept });
    kit.keep.connection.on('message', (...args) => kit.keep.heard.push(args));
    kit.keep.connection.on('refused', (code) => kit.keep.heard.push(code));
  }, cast.url);
  await say('second life');
  await until(() => bob.evaluate(() => kit.keep.heard.length >= 1), { within: 5_000, what: 'the message' });
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual([[expect.any(String), 'ring', 'second life']]);
});

test('[A6] of two connections with one identity the newest wins; the other is told, and does not fight', async () => {
  const alice = cast.peer('alice');
  const seen = await alice.evaluate(async (url: string) => {
    const identity = await conclave.Identity.create();
    const options = { key: 'demo', iceServers: [], identity } as const;
    const first = await conclave.connect(url, options);
    const statuses: string[] = [];
    first.on('status', ({ code, error }) => statuses.push(`${code} ${String(error)}`));
    const replaced = new Promise<void>((resolve) => {
      first.state.subscribe(() => first.state.get().phase === 'closed' && resolve());
    });
    const second = await conclave.connect(url, options);
    await replaced;
    const state = first.state.get();
    // Longer than any retry would wait.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const phases = [first.state.get().phase, second.state.get().phase];
    await second.close();
    await first.close();
    return { error: 'error' in state ? kit.codeOf(state.error) : '', phases, statuses };
  }, cast.url);
  expect(seen.error).toBe('rendezvous/replaced');
  expect(seen.phases).toEqual(['closed', 'connected']);
  expect(seen.statuses.filter((line) => line.includes('Connect.Failed'))).toEqual([
    'NetConnection.Connect.Failed rendezvous/replaced',
  ]);
}, 15_000);

test('[A6] a peer that comes back with its identity takes over its link, only once it is proven, and plays on', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId] = await connectAll(cast.url, alice);
  await publish(alice, 'camera', true);
  const bobId = await bob.evaluate(async (url: string) => {
    const identity = await conclave.Identity.create();
    Object.assign(globalThis, { kept: identity });
    return kit.connect(url, { identity });
  }, cast.url);
  expect(await play(bob, aliceId!, 'camera')).toBe('playing');
  await alice.evaluate((id: PeerId) => {
    const { connection } = kit.keep;
    const former = connection.links.get().get(id)!;
    connection.links.subscribe(() => {
      const now = connection.links.get().get(id);
      if (now && now !== former) kit.keep.heard.push(`${former.state.get().phase} ${now.state.get().phase}`);
      if (!now) kit.keep.heard.push('no link');
    });
    Object.assign(globalThis, { former });
  }, bobId);
  // The former life is not closed: it has lost its place, and knows it when the new link stands.
  await bob.evaluate(async (url: string) => {
    const { kept } = globalThis as unknown as { kept: never };
    const former = kit.keep.connection;
    (kit.keep as unknown as { extras: unknown[] }).extras = [former];
    kit.keep.incoming['former'] = kit.keep.incoming['camera']!;
    await kit.connect(url, { identity: kept });
  }, cast.url);
  expect(await play(bob, aliceId!, 'camera')).toBe('playing');
  await untilPhase(bob, 'former', 'closed link/replaced');
  expect(await alice.evaluate(() => kit.keep.heard)).toEqual(['closed live']);
  expect(await linksOf(alice)).toEqual([bobId]);
  const subscribers = () =>
    alice.evaluate(() => kit.keep.outgoing['camera']!.peerStreams.get().map(({ farId }) => farId));
  await until(async () => (await subscribers()).length === 1, { within: 5_000, what: 'one subscriber' });
  expect(await subscribers()).toEqual([bobId]);
  await untilFrames(bob);
});
