import { until } from '../../support/wait.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

/** Mallory plays and unplays bob's camera again and again; what she heard, by kind and code. */
function loop(requests: number, turns: number, unplays = true): Promise<Record<string, number>> {
  return siege.mallory.evaluate(
    async (url: string, bobId: string, numbers: number, count: number, unplay: boolean) => {
      const link = await hostile.linkAnew(url, bobId);
      for (let turn = 0; turn < count; turn += 1) {
        const request = 1 + (turn % numbers);
        link.say({ t: 'play', play: { request, stream: 'camera' } });
        if (unplay) link.say({ t: 'unplay', request });
        // A far end that reads must come to read: 500 plays a second, or as many as there are.
        if (turn % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const heard: Record<string, number> = {};
      const settled = () => link.heard.filter(({ t }) => t === 'granted' || t === 'ended').length;
      await hostile.until(() => settled() > 0);
      for (let before = -1; before !== settled();) {
        before = settled();
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      for (const frame of link.heard) {
        const what = frame.t === 'ended' ? `ended ${frame.code}` : frame.t;
        heard[what] = (heard[what] ?? 0) + 1;
      }
      return heard;
    },
    siege.url,
    siege.bobId,
    requests,
    turns,
    unplays,
  );
}

/** More than anybody would click; a page of a busy application asks for a few streams at a time. */
const MANY = 64;

test('[C7] who plays and unplays with new request numbers again and again is asked about a bounded number of times', async () => {
  const heard = await siege.undisturbed(() => loop(1_000_000, 500));
  const { asked } = await siege.ledger();
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.length).toBeLessThanOrEqual(MANY);
  expect(heard['ended stream/limit']).toBeGreaterThan(0);
});

test('[C7] who says the same request again and again is asked about once, and is told how it ended', async () => {
  const heard = await siege.undisturbed(() => loop(1, 500));
  expect((await siege.ledger()).asked).toHaveLength(1);
  expect(heard['ended stream/unsubscribed']).toBeGreaterThan(400);
});

test('[C7] who goes round among more request numbers than are remembered is asked about a bounded number of times', async () => {
  await siege.undisturbed(() => loop(40, 500));
  expect((await siege.ledger()).asked.length).toBeLessThanOrEqual(MANY);
});

test('[C7] who plays 500 times at once has 32 plays at most; the others are told stream/limit', async () => {
  const heard = await siege.undisturbed(() => loop(1_000_000, 500, false));
  expect((await siege.ledger()).asked).toHaveLength(32);
  expect(heard['granted']).toBe(32);
  expect(heard['ended stream/limit']).toBe(468);
});

test('[C7] a slow onPeerConnect has 32 questions of one peer open at most: the others were taken back by their signals', async () => {
  await siege.bob.evaluate(() => {
    const open = Object.assign(kit.keep, { open: 0, most: 0 });
    kit.keep.connection.publish('slow', {
      onPeerConnect: (_, signal) => {
        open.most = Math.max(open.most, (open.open += 1));
        signal.addEventListener('abort', () => (open.open -= 1));
        return new Promise(() => {});
      },
    });
  });
  await siege.undisturbed(() =>
    siege.mallory.evaluate(
      async (url: string, bobId: string) => {
        const link = await hostile.linkAnew(url, bobId);
        for (let request = 1; request <= 500; request += 1) {
          link.say({ t: 'play', play: { request, stream: 'slow' } });
          if (request > 20) link.say({ t: 'unplay', request: request - 20 });
        }
        await hostile.until(() => link.heard.filter(({ t }) => t === 'ended').length >= 400);
        // She leaves; her process may crash when she is hung up on, and nobody waits for her.
        setTimeout(() => link.say({ t: 'bye', code: 'peer/closed' }), 50);
      },
      siege.url,
      siege.bobId,
    ),
  );
  await until(
    async () => (await siege.bob.evaluate(() => (kit.keep as unknown as { open: number }).open)) === 0,
    { within: 5_000, what: 'no question is open' },
  );
  const most = await siege.bob.evaluate(() => (kit.keep as unknown as { most: number }).most);
  expect(most).toBeLessThanOrEqual(32);
  expect(most).toBeGreaterThan(0);
});
