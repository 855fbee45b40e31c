import type { PeerId } from '@conclave/core';

import type { PeerProcess } from '../support/peer-process.js';
import { until } from '../support/wait.js';
import { play, publish, untilFrames, untilPhase } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob');

/** Alice publishes to Bob over a path that can be cut. */
async function scene(withCamera = false) {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const connect = (url: string) => kit.connect(url, { cuttable: true });
  const [aliceId] = await Promise.all([alice, bob].map((peer) => peer.evaluate(connect, cast.url)));
  await publish(alice, 'chat', withCamera);
  expect(await play(bob, aliceId!, 'chat', withCamera)).toBe('playing');
  await bob.evaluate(() => {
    kit.keep.incoming['chat']!.handle('say', (...args) => kit.keep.heard.push(...args));
  });
  return { alice, bob, aliceId: aliceId! };
}

/** Cuts every path between both: packets are lost, and nobody is told. */
async function cut(...peers: readonly PeerProcess[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.evaluate(() => kit.cutPaths())));
}

const nonceOf = (peer: PeerProcess): Promise<string> =>
  peer.evaluate(() =>
    [...kit.keep.connection.links.get().values()].map(({ nearNonce }) => String(nearNonce)).join(),
  );

/** Waits until the link of a peer is another one than it was. */
async function untilRebuilt(peer: PeerProcess, before: string): Promise<void> {
  await until(async () => !['', before].includes(await nonceOf(peer)), {
    within: 7_000,
    what: `${peer.name} has another link`,
  });
}

test('[C9] a link whose path is cut is rebuilt, and every message arrives once and in order, also those that were lost with it', async () => {
  const { alice, bob } = await scene();
  const before = await nonceOf(alice);
  await alice.evaluate(() => {
    const talk = async () => {
      const outcomes: unknown[] = [];
      for (let said = 0; !kit.keep.heard.includes('stop'); said += 1) {
        const { accepted, delivered } = kit.keep.outgoing['chat']!.send('say', said);
        outcomes.push(delivered.then((all) => [...all.values()]));
        await Promise.race([accepted, new Promise((next) => setTimeout(next, 20))]);
      }
      return (await Promise.all(outcomes)).flat();
    };
    Object.assign(globalThis, { talking: talk() });
  });
  const heard = () => bob.evaluate(() => kit.keep.heard.length);
  await until(async () => (await heard()) > 20, { within: 5_000, what: 'bob hears alice' });
  await cut(alice, bob);
  await until(
    () =>
      alice.evaluate(() => kit.keep.outgoing['chat']!.peerStreams.get()[0]?.state.get().phase === 'playing'),
    {
      within: 1_000,
      what: 'nobody has noticed',
    },
  );
  await untilRebuilt(alice, before);
  const then = await heard();
  await until(async () => (await heard()) > then + 20, { within: 5_000, what: 'bob hears alice again' });
  const outcomes = await alice.evaluate(() => {
    kit.keep.heard.push('stop');
    return (globalThis as unknown as { talking: Promise<string[]> }).talking;
  });
  expect(outcomes.length).toBeGreaterThan(60);
  expect(new Set(outcomes)).toEqual(new Set(['delivered']));
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual(outcomes.map((_, index) => index));
});

test('[C7] a rebuilt link keeps its streams: nobody is asked again, and the picture comes back by itself', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const connect = (url: string) => kit.connect(url, { cuttable: true });
  const [aliceId] = await Promise.all([alice, bob].map((peer) => peer.evaluate(connect, cast.url)));
  await alice.evaluate(async () => {
    const stream = kit.keep.connection.publish('camera', {
      onPeerConnect: () => kit.keep.heard.push('asked') > 0,
    });
    kit.keep.outgoing['camera'] = stream;
    await stream.attachVideo((await kit.media()).video);
  });
  expect(await play(bob, aliceId!, 'camera')).toBe('playing');
  await untilFrames(bob);
  await alice.evaluate(() => {
    Object.assign(kit.keep, { peer: kit.keep.outgoing['camera']!.peerStreams.get()[0] });
  });
  const [nonce, phases] = [await nonceOf(bob), 'phases'];
  await bob.evaluate((name: string) => {
    const seen: string[] = [];
    Object.assign(kit.keep, { [name]: seen });
    const { state } = kit.keep.incoming['camera']!;
    state.subscribe(() => seen.push(state.get().phase));
  }, phases);
  await cut(alice, bob);
  await untilRebuilt(bob, nonce);
  await untilPhase(bob, 'camera', 'playing');
  await untilFrames(bob);
  expect(
    await bob.evaluate((name: string) => (kit.keep as never as Record<string, unknown>)[name], phases),
  ).toEqual(['interrupted', 'playing']);
  expect(
    await alice.evaluate(() => {
      const peers = kit.keep.outgoing['camera']!.peerStreams.get();
      return [kit.keep.heard, peers.length, peers[0] === (kit.keep as never as { peer: unknown }).peer];
    }),
  ).toEqual([['asked'], 1, true]);
});

test('[C9] a question that was asked before the path was cut is answered after it', async () => {
  const { alice, bob } = await scene();
  await bob.evaluate(() => {
    kit.keep.incoming['chat']!.respond('double', async (number) => {
      await new Promise<void>((go) => Object.assign(globalThis, { go }));
      return Number(number) * 2;
    });
  });
  await alice.evaluate(() => {
    const answer = kit.keep.outgoing['chat']!.peerStreams.get()[0]!.request('double', [21], {
      timeoutMs: 20_000,
    });
    Object.assign(globalThis, { answer });
  });
  await until(() => bob.evaluate(() => 'go' in globalThis), { within: 5_000, what: 'bob is asked' });
  const before = await nonceOf(alice);
  await cut(alice, bob);
  await bob.evaluate(() => (globalThis as unknown as { go: () => void }).go());
  await untilRebuilt(alice, before);
  expect(await alice.evaluate(() => (globalThis as unknown as { answer: Promise<number> }).answer)).toBe(42);
});

test('[C8] a peer that is gone is not brought back: it is given up while its link is being tried anew', async () => {
  const { alice, aliceId } = await scene();
  const carol = await cast.hire('carol');
  const carolId = await carol.evaluate((url: string) => kit.connect(url), cast.url);
  expect(await play(carol, aliceId, 'chat', false)).toBe('playing');
  const played = () =>
    alice.evaluate(
      (id: PeerId) => kit.keep.outgoing['chat']!.peerStreams.get().some(({ farId }) => farId === id),
      carolId,
    );
  expect(await played()).toBe(true);
  await carol.kill();
  await until(async () => !(await played()), { within: 10_000, what: 'carol is gone' });
});
