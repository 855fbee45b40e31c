import type { PeerId } from '@conclave/core';

import { linksOf } from '../../node/support/actions.js';
import { until } from '../../support/wait.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

/** Offers of so many identities that nobody has ever seen, as fast as a few sockets can carry them. */
function flood(count: number): Promise<void> {
  return siege.mallory.evaluate(
    async (url: string, bobId: string, many: number) => {
      const crowd = await hostile.gather(url, bobId, 12);
      await crowd.throw(await crowd.strangers(many, await hostile.someOffer()));
    },
    siege.url,
    siege.bobId,
    count,
  );
}

/** Charlie, whom bob does not know, plays bob's camera: what came of it. */
function friendGetsThrough(): Promise<string> {
  return siege.alice.evaluate(
    async (url: string, bobId: PeerId) => {
      const charlie = await conclave.connect(url, { key: 'demo', iceServers: [] });
      (kit.keep as unknown as { charlie: typeof charlie }).charlie = charlie;
      return charlie.play(bobId, 'camera').ready.then(
        () => 'playing',
        (error: unknown) => kit.codeOf(error),
      );
    },
    siege.url,
    siege.bobId,
  );
}

/** Bob plays a stream of charlie, of whom he knows the ID. */
async function bobCallsFriend(): Promise<string> {
  const charlieId = await siege.alice.evaluate(async (url: string) => {
    const charlie = await conclave.connect(url, { key: 'demo', iceServers: [] });
    charlie.publish('screen');
    (kit.keep as unknown as { charlie: typeof charlie }).charlie = charlie;
    return charlie.nearId;
  }, siege.url);
  return siege.bob.evaluate(
    (id: PeerId) =>
      kit.keep.connection.play(id, 'screen', { media: false }).ready.then(
        () => 'playing',
        (error: unknown) => kit.codeOf(error),
      ),
    charlieId,
  );
}

afterEach(() =>
  siege.alice.evaluate(async () => {
    const { charlie } = kit.keep as unknown as { charlie?: { close(): Promise<void> } };
    await charlie?.close();
  }),
);

const openTransports = () =>
  siege.bob.evaluate(() => witnessed.filter(({ pc }) => pc.signalingState !== 'closed').length);
const rendezvousPhase = () => siege.bob.evaluate(() => kit.keep.connection.state.get().phase);

test('[E6] 1,000 strangers who offer links get four transports at a time; the call goes on, and so does the rendezvous', async () => {
  siege.everybodyIsThere = true;
  let most = 0;
  let isOver = false;
  const watch = (async () => {
    while (!isOver) most = Math.max(most, await openTransports());
  })();
  await siege.undisturbed(() => flood(1_000));
  await siege.undisturbed(async () => {
    await until(async () => (await openTransports()) <= 5, { within: 10_000, what: 'five transports' });
  });
  isOver = true;
  await watch;
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(5); // alice, and four who have to prove themselves
  expect(await linksOf(siege.bob)).toEqual([siege.aliceId]);
  expect((await siege.ledger()).asked).toEqual([]);
  expect(await rendezvousPhase()).toBe('connected');
  expect(await siege.bob.evaluate(() => kit.keep.statuses.map(({ code }) => code))).not.toContain(
    'NetConnection.Connect.Closed',
  );
  // While four of them still take their time.
  expect(await bobCallsFriend()).toBe('playing');
});

test('[E6] 1,500 strangers do not make bob use up what the rendezvous allows him', async () => {
  siege.everybodyIsThere = true;
  await siege.bob.evaluate(() => {
    kit.keep.connection.state.subscribe(() => kit.keep.heard.push(kit.keep.connection.state.get().phase));
  });
  await siege.undisturbed(() => flood(1_500));
  expect(siege.said.filter((kind) => kind === 'refusal').length).toBeLessThanOrEqual(256);
  expect(await siege.bob.evaluate(() => kit.keep.heard)).toEqual([]);
  expect(await bobCallsFriend()).toBe('playing');
});

test('[B2] 150 identities with 30 lives each, the most that are remembered, do not shut the door behind them', async () => {
  await siege.undisturbed(() =>
    siege.mallory.evaluate(
      async (url: string, bobId: string) => {
        const crowd = await hostile.gather(url, bobId, 12);
        const candidates = () => ({
          kind: 'candidates' as const,
          session: hostile.randomBytes(16),
          revision: 1,
          candidates: [],
        });
        await crowd.throw(await crowd.strangers(4_500, candidates, 30));
      },
      siege.url,
      siege.bobId,
    ),
  );
  expect(await friendGetsThrough()).toBe('playing');
  expect(await rendezvousPhase()).toBe('connected');
});

test('[E6] free identities that prove themselves and stay have 32 links at most, and leave some to those whom bob calls', async () => {
  const code = await siege.undisturbed(() =>
    siege.mallory.evaluate(
      async (url: string, bobId: string) => {
        for (;;) {
          const four = Array.from({ length: 4 }, async () => {
            const link = await hostile.linkAnew(url, bobId);
            link.say({ t: 'play', play: { request: 1, stream: 'not published' } });
          });
          const failed = (await Promise.allSettled(four)).find(({ status }) => status === 'rejected');
          if (failed?.status === 'rejected') return (failed.reason as Error).message;
        }
      },
      siege.url,
      siege.bobId,
    ),
  );
  expect(code).toBe('link/limit');
  const count = (await linksOf(siege.bob)).length;
  expect(count).toBeLessThanOrEqual(32);
  expect(await bobCallsFriend()).toBe('playing');
});
