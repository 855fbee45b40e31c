import type { PeerId } from '@conclave/core';

import { until } from '../support/wait.js';
import { readTransports } from '../support/witness.js';
import { connectAll } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob');
const ROUNDS = 30;

/** Publishes `own` and plays `theirs` of the other one at a given moment; resolves when it plays. */
const meet = (farId: PeerId, own: string, theirs: string, atMs: number) => {
  const { connection } = kit.keep;
  connection.publish(own);
  return new Promise<string>((resolve) => {
    setTimeout(
      () => {
        const incoming = connection.play(farId, theirs);
        incoming.ready.then(
          () => resolve('playing'),
          (error: unknown) => resolve(kit.codeOf(error)),
        );
      },
      Math.max(0, atMs - Date.now()),
    );
  });
};

test('[D7] two that play each other in the same moment get one link, and both play, 30 times', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  let offers = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [aliceId, bobId] = await connectAll(cast.url, alice, bob);
    const atMs = Date.now() + 20;
    const results = await Promise.all([
      alice.evaluate(meet, bobId!, 'camera', 'camera', atMs),
      bob.evaluate(meet, aliceId!, 'camera', 'camera', atMs),
    ]);
    expect(results).toEqual(['playing', 'playing']);
    offers = cast.passed.filter(({ kind }) => kind === 'offer').length;
    for (const peer of [alice, bob]) {
      expect(await peer.evaluate(() => kit.keep.connection.links.get().size)).toBe(1);
      const open = async () =>
        (await readTransports(peer)).filter(({ state }) => state === 'connected').length;
      await until(async () => (await open()) === 1, { within: 5_000, what: 'one transport' });
    }
    await Promise.all([alice, bob].map((peer) => peer.evaluate(() => kit.keep.connection.close())));
  }
  expect(offers).toBeGreaterThan(ROUNDS); // both did offer at once, or this shows nothing
}, 60_000);

test('[D7] two that add streams to a live link in the same moment both play them, 20 times', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  let rollbacks = 0;
  // Four links, so that the descriptions stay small.
  for (let link = 0; link < 4; link += 1) {
    const [aliceId, bobId] = await connectAll(cast.url, alice, bob);
    for (let round = 0; round < 5; round += 1) {
      const atMs = Date.now() + 20;
      const results = await Promise.all([
        alice.evaluate(meet, bobId!, `of alice ${round}`, `of bob ${round}`, atMs),
        bob.evaluate(meet, aliceId!, `of bob ${round}`, `of alice ${round}`, atMs),
      ]);
      expect(results).toEqual(['playing', 'playing']);
    }
    for (const peer of [alice, bob]) {
      const live = (await readTransports(peer)).filter(({ state }) => state === 'connected');
      expect(live).toHaveLength(1);
      expect(live[0]!.signalingState).toBe('stable');
      // An offer and an answer are one local description each; what is more was taken back.
      const { setLocalDescription, createOffer, createAnswer } = live[0]!.calls;
      rollbacks += setLocalDescription! - createOffer! - createAnswer!;
      expect(await peer.evaluate(() => kit.keep.connection.links.get().size)).toBe(1);
    }
    await Promise.all([alice, bob].map((peer) => peer.evaluate(() => kit.keep.connection.close())));
  }
  expect(rollbacks).toBeGreaterThan(0); // both did offer at once, or this shows nothing
}, 60_000);

test('[D7] streams that come and go on a live link use the same m-lines again', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId] = await connectAll(cast.url, alice, bob);
  await alice.evaluate(() => void kit.keep.connection.publish('camera'));
  const linesOf = async () => (await readTransports(bob))[0]!.descriptions.match(/^m=/gm)!.length / 2;
  const round = () =>
    bob.evaluate(async (farId: PeerId) => {
      const incoming = kit.keep.connection.play(farId, 'camera');
      await incoming.ready;
      await incoming.close();
    }, aliceId!);
  await round();
  const lines = await linesOf();
  for (let i = 0; i < 10; i += 1) await round();
  expect(await linesOf()).toBe(lines);
});

test('[C2] the sixth stream with media of one peer is refused at once, and the link with the other five stands', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId] = await connectAll(cast.url, alice, bob);
  await alice.evaluate(() => {
    for (let i = 0; i < 6; i += 1) kit.keep.connection.publish(`stream ${i}`);
  });
  const results = await bob.evaluate(async (farId: PeerId) => {
    const plays = Array.from({ length: 6 }, (_, index) => kit.keep.connection.play(farId, `stream ${index}`));
    return Promise.all(
      plays.map(({ ready }) =>
        ready.then(
          () => 'playing',
          (error: unknown) => kit.codeOf(error),
        ),
      ),
    );
  }, aliceId!);
  expect(results).toEqual([...Array.from({ length: 5 }, () => 'playing'), 'stream/limit']);
  const transports = await readTransports(bob);
  expect(transports.filter(({ state }) => state === 'connected')).toHaveLength(1);
});
