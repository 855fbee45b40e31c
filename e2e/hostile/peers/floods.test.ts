import { readTransports } from '../../support/witness.js';
import { until } from '../../support/wait.js';
import { heapOf, linkToBob } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

const links = () => siege.bob.evaluate(() => kit.keep.connection.links.get().size);
const untilAliceOnly = () =>
  until(async () => (await links()) === 1 && (await readTransports(siege.bob)).length === 1, {
    within: 5_000,
    what: 'alice only, and her transport only',
  });

test('[B9] 500 descriptions at once are more than anybody has to say: the link ends', async () => {
  await linkToBob(siege);
  await siege.undisturbed(async () => {
    const throwing = siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const { sdp } = await link.pc.createOffer();
      for (let revision = 2; revision < 502; revision += 1)
        link.say({ t: 'describe', type: 'offer', revision, sdp: sdp ?? '', plays: [] });
    });
    throwing.catch(() => undefined); // she may crash when she is hung up on
    await untilAliceOnly();
  });
});

test('[B9] descriptions one after the other without end do not slow down the call of others', async () => {
  await linkToBob(siege);
  const settled = await heapOf(siege.bob);
  const answers = await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const { sdp } = await link.pc.createOffer();
      const answered = () => link.heard.filter(({ t }) => t === 'describe').length;
      const end = performance.now() + 2_000;
      for (let revision = 2; performance.now() < end && !link.isOver; revision += 1) {
        const before = answered();
        link.say({ t: 'describe', type: 'offer', revision, sdp: sdp ?? '', plays: [] });
        await hostile.until(() => link.isOver || answered() > before);
      }
      return answered();
    }),
  );
  expect(answers).toBeGreaterThan(0);
  await settled();
});

/** The most candidates of a far end that any transport of bob's has kept. */
const keptCandidates = () =>
  siege.bob.evaluate(async () => {
    const open = witnessed.filter(({ pc }) => pc.signalingState !== 'closed');
    const counts = open.map(async ({ pc }) => {
      let count = 0;
      (await pc.getStats()).forEach(({ type }: { type: string }) => {
        if (type === 'remote-candidate') count += 1;
      });
      return count;
    });
    return Math.max(...(await Promise.all(counts)));
  });

test.each([
  ['100 frames, 50 a second', 100, 20],
  ['1,000 frames at once', 1_000, 0],
])(
  '[B9] candidates without end, 32 in each of %s: what is kept of them is bounded',
  async (_, frames, pauseMs) => {
    await linkToBob(siege);
    await siege.undisturbed(() =>
      siege.mallory.evaluate(
        async (count: number, ms: number) => {
          const link = hostile.keep['link'] as Link;
          let port = 1024;
          for (let frame = 0; frame < count && !link.isOver; frame += 1) {
            const candidates = Array.from({ length: 32 }, () => ({
              candidate: `candidate:${(port += 1)} 1 udp 2122260223 127.0.0.1 ${port} typ host generation 0`,
              mid: '0',
              mLineIndex: 0,
              ufrag: null,
            }));
            link.say({ t: 'candidates', revision: 1, candidates });
            if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
          }
        },
        frames,
        pauseMs,
      ),
    );
    // Four times what a host has.
    expect(await keptCandidates()).toBeLessThanOrEqual(256);
  },
);

test('[B9] candidates of a link that nobody has, through the rendezvous, cost no transport and no link', async () => {
  const transports = () => siege.bob.evaluate(() => witnessed.length);
  const before = await transports();
  await siege.undisturbed(() =>
    siege.mallory.evaluate(
      async (url: string, bobId: string) => {
        const crowd = await hostile.gather(url, bobId, 2);
        const candidate = { candidate: 'x'.repeat(1_000), mid: '0', mLineIndex: 0, ufrag: null };
        const candidates = () => ({
          kind: 'candidates' as const,
          session: hostile.randomBytes(16),
          revision: 1,
          candidates: Array.from({ length: 32 }, () => candidate),
        });
        await crowd.throw(await crowd.strangers(500, candidates));
      },
      siege.url,
      siege.bobId,
    ),
  );
  expect(await links()).toBe(1);
  expect(await transports()).toBe(before);
});

test('[B9] heartbeats, grants and endings of plays that nobody made, 10,000 of them, change nothing', async () => {
  await linkToBob(siege);
  const settled = await heapOf(siege.bob);
  const before = await siege.bob.evaluate(() => kit.keep.statuses.length);
  await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      for (let request = 100; request < 2_600; request += 1) {
        link.say({ t: 'beat' });
        link.say({ t: 'granted', request });
        link.say({ t: 'ended', request, code: 'stream/refused' });
        link.say({ t: 'unplay', request });
        if (request % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }),
  );
  await settled();
  expect(await siege.bob.evaluate(() => kit.keep.statuses.length)).toBe(before);
  expect(await siege.bob.evaluate(() => kit.keep.incoming['friend']!.state.get().phase)).toBe('playing');
});
