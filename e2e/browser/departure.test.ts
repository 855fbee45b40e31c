import { connectAll, framesFlow, play, publishCamera } from '../support/scene.js';
import { useStage } from '../support/stage.js';
import { until } from '../support/wait.js';
import { describeIn } from '../support/where.js';
import { readTransports } from '../support/witness.js';

describeIn(['chromium'], 'departures', () => {
  const stage = useStage('chromium');

  it('[C8] a subscriber whose tab was killed is gone within 10 s, and its link with it', async () => {
    const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
    const [aliceId, bobId] = await connectAll(stage, alice, bob);
    await publishCamera(alice);
    expect(await play(bob, aliceId)).toBe('playing');
    await framesFlow(bob, alice);
    const entry = await alice.evaluate(async () => {
      const [peer] = kit.keep.outgoing['camera']!.peerStreams.get();
      const { nearNonce, farNonce, stats } = peer!.link;
      const { bytesSent } = await stats();
      return {
        farId: peer!.farId,
        nonces: [nearNonce.length, farNonce.length],
        bytesSent,
        phase: peer!.state.get().phase,
      };
    });
    expect(entry).toMatchObject({ farId: bobId, nonces: [32, 32], phase: 'playing' });
    expect(entry.bytesSent).toBeGreaterThan(0);

    await bob.crash();

    const left = () =>
      alice.evaluate(() => ({
        peerStreams: kit.keep.outgoing['camera']!.peerStreams.get().length,
        links: kit.keep.connection.links.get().size,
      }));
    await until(async () => (await left()).peerStreams === 0, {
      within: 10_000,
      what: 'the end of the subscription',
    });
    expect(await left()).toEqual({ peerStreams: 0, links: 0 });
    const codes = await alice.evaluate(() => kit.keep.statuses.map(({ code }) => code));
    expect(codes.filter((code) => code === 'NetStream.Connect.Closed')).toHaveLength(1);
    await until(async () => (await readTransports(alice)).length === 0, {
      within: 5000,
      what: 'no transport left',
    });
  });

  it('[C8] a subscriber that reloads is a new peer at once, and the old one is gone', async () => {
    const [alice, bob] = await Promise.all([stage.open('alice'), stage.open('bob')]);
    const [aliceId, bobId] = await connectAll(stage, alice, bob);
    await publishCamera(alice);
    expect(await play(bob, aliceId)).toBe('playing');
    await framesFlow(bob, alice);

    await bob.reload();
    const [newId] = await connectAll(stage, bob);
    expect(newId).not.toBe(bobId);
    expect(await play(bob, aliceId)).toBe('playing');
    await framesFlow(bob, alice);
    const subscribers = () =>
      alice.evaluate(() => kit.keep.outgoing['camera']!.peerStreams.get().map(({ farId }) => farId));
    await until(async () => (await subscribers()).length === 1, {
      within: 10_000,
      what: 'the old one is gone',
    });
    expect(await subscribers()).toEqual([newId]);
  });

  it('[C8] close of one subscription ends it at its subscriber, and no other', async () => {
    const [alice, bob, charlie] = await Promise.all(
      ['alice', 'bob', 'charlie'].map((name) => stage.open(name)),
    );
    const [aliceId, bobId] = await connectAll(stage, alice!, bob!, charlie!);
    await publishCamera(alice!);
    expect(await Promise.all([play(bob!, aliceId), play(charlie!, aliceId)])).toEqual(['playing', 'playing']);

    await alice!.evaluate((id: string) => {
      const peers = kit.keep.outgoing['camera']!.peerStreams.get();
      peers.find(({ farId }) => farId === id)!.close('enough');
    }, bobId);

    await until(() => bob!.evaluate(() => kit.keep.incoming['camera']!.state.get().phase === 'closed'), {
      within: 5000,
      what: 'the end at the subscriber',
    });
    expect(await bob!.evaluate(() => kit.keep.incoming['camera']!.state.get())).toEqual({
      phase: 'closed',
      code: 'stream/closed',
      reason: 'enough',
    });
    await framesFlow(charlie!, alice!);
  });
});
