import { publish } from '../support/acts.js';
import { play } from '../support/scene.js';
import { until } from '../support/wait.js';
import { quantile, report } from './support/figures.js';
import { PATH_DELAY_MS, useInternets } from './support/internet.js';
import { describeInLab } from './support/where.js';

const COUNT = 250;
const INTERVAL_MS = 15;
const LOSS_RATIO = 0.1;
/** A lossy message that is older is not sent again (docs of `sendLossy`; ITU-T G.114). */
const LIFETIME_MS = 150;
const MARGIN_MS = 50;

describeInLab(['chromium'], 'a path that loses one packet in ten, each way', () => {
  const internets = useInternets();

  it('[C11] reliable messages all come in their order, lossy ones never late', async () => {
    const { alice, bob } = await internets.open({ alice: {}, bob: {} });
    await publish(alice, 'news');
    expect(await play(bob, alice.id, 'news')).toBe('playing');
    await bob.evaluate(() => {
      const { heard } = kit.keep;
      const news = kit.keep.incoming['news']!;
      news.handle('reliable', (index) => void heard.push({ index }));
      news.handle('lossy', (sentAt) => void heard.push({ tookMs: Date.now() - Number(sentAt) }));
    });
    for (const direction of ['up', 'down'] as const) await bob.shape(direction, { lossRatio: LOSS_RATIO });
    await internets.resetCounters();

    await alice.evaluate(
      async (count: number, intervalMs: number) => {
        const news = kit.keep.outgoing['news']!;
        for (let index = 0; index < count; index++) {
          const pace = new Promise((resolve) => setTimeout(resolve, intervalMs));
          news.sendLossy('lossy', Date.now());
          await news.send('reliable', index).accepted;
          await pace;
        }
      },
      COUNT,
      INTERVAL_MS,
    );
    const heard = () =>
      bob.evaluate(() => kit.keep.heard as { readonly index?: number; readonly tookMs?: number }[]);
    const reliable = async () => (await heard()).flatMap(({ index }) => index ?? []);
    await until(async () => (await reliable()).length >= COUNT, {
      within: 30_000,
      what: 'all reliable messages',
    });

    const { up, down } = await bob.counters();
    const lossOf = ({ lost, packets }: { lost: number; packets: number }) => lost / (lost + packets);
    const tookMs = (await heard()).flatMap((each) => each.tookMs ?? []);
    const latest = Math.max(...tookMs);
    report('at 10 % loss', {
      'loss towards bob': lossOf(down.data),
      'loss from bob': lossOf(up.data),
      'lossy delivered': tookMs.length / COUNT,
      'lossy median ms': quantile(tookMs, 0.5),
      'lossy latest ms': latest,
    });
    expect(lossOf(down.data)).toBeGreaterThan(LOSS_RATIO / 2);
    expect(lossOf(up.data)).toBeGreaterThan(LOSS_RATIO / 3);
    expect(await reliable()).toEqual(Array.from({ length: COUNT }, (_, index) => index));
    expect(tookMs.length).toBeGreaterThan(COUNT / 2);
    expect(latest).toBeLessThanOrEqual(LIFETIME_MS + PATH_DELAY_MS + MARGIN_MS);
  });
});
