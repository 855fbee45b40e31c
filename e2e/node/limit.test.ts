import { until } from '../support/wait.js';
import { connectAll, play, subscribersOf } from './support/actions.js';
import { useCast } from './support/cast.js';

const NAMES = ['bob', 'charlie', 'dave', 'erin', 'frank', 'grace'];
const cast = useCast('alice', ...NAMES);

/** Alice serves three at most; who plays is asked about slowly, so that all are asked about at once. */
async function stage(thinkMs: number) {
  const alice = cast.peer('alice');
  const others = NAMES.map((name) => cast.peer(name));
  const [aliceId, ...ids] = await connectAll(cast.url, alice, ...others);
  await alice.evaluate((delayMs: number) => {
    kit.keep.connection.maxPeerConnections = 3;
    for (const name of ['camera', 'screen']) {
      kit.keep.outgoing[name] = kit.keep.connection.publish(name, {
        onPeerConnect: () => new Promise((resolve) => setTimeout(resolve, delayMs, true)),
      });
    }
  }, thinkMs);
  return { alice, others, aliceId: aliceId!, ids };
}

test.each([0, 300])(
  '[E6] of six who play in the same moment three are let in, three are told stream/limit (consent takes %i ms)',
  async (thinkMs) => {
    const { alice, others, aliceId } = await stage(thinkMs);
    const results = await Promise.all(others.map((peer) => play(peer, aliceId, 'camera', false)));
    expect(results.filter((one) => one === 'playing')).toHaveLength(3);
    expect(results.filter((one) => one === 'stream/limit')).toHaveLength(3);
    expect(await subscribersOf(alice, 'camera')).toHaveLength(3);
  },
);

test('[E6] the one too many is told in under a second, and a place that gets free is free', async () => {
  const { alice, others, aliceId, ids } = await stage(0);
  for (const peer of others.slice(0, 3)) expect(await play(peer, aliceId, 'camera', false)).toBe('playing');
  const startedMs = performance.now();
  expect(await play(others[3]!, aliceId, 'camera', false)).toBe('stream/limit');
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  // The limit counts peers, not streams.
  expect(await play(others[0]!, aliceId, 'screen', false)).toBe('playing');
  await others[1]!.evaluate(() => kit.keep.incoming['camera']!.close());
  await until(async () => (await subscribersOf(alice, 'camera')).length === 2, {
    within: 5_000,
    what: 'a place',
  });
  expect(await play(others[3]!, aliceId, 'camera', false)).toBe('playing');
  expect(await subscribersOf(alice, 'camera')).toEqual([ids[0], ids[2], ids[3]]);
});

test('[E6] lowering the limit drops nobody and lets nobody new in', async () => {
  const { alice, others, aliceId } = await stage(0);
  for (const peer of others.slice(0, 3)) expect(await play(peer, aliceId, 'camera', false)).toBe('playing');
  await alice.evaluate(() => {
    kit.keep.connection.maxPeerConnections = 1;
  });
  expect(await play(others[3]!, aliceId, 'camera', false)).toBe('stream/limit');
  expect(await play(others[2]!, aliceId, 'screen', false)).toBe('playing');
  expect(await subscribersOf(alice, 'camera')).toHaveLength(3);
  const phases = await Promise.all(
    others.slice(0, 3).map((peer) => peer.evaluate(() => kit.keep.incoming['camera']!.state.get().phase)),
  );
  expect(phases).toEqual(['playing', 'playing', 'playing']);
  const refused = await alice.evaluate(() =>
    [-1, 1.5, Number.NaN].map((max) => {
      try {
        kit.keep.connection.maxPeerConnections = max;
        return 'taken';
      } catch (error) {
        return kit.codeOf(error);
      }
    }),
  );
  expect(refused).toEqual(Array.from({ length: 3 }, () => 'usage/invalid-argument'));
});
