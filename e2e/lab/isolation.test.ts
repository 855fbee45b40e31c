import { publish } from '../support/acts.js';
import { play } from '../support/scene.js';
import { until } from '../support/wait.js';
import { quantile, report } from './support/figures.js';
import { useInternets, type LabPeer } from './support/internet.js';
import { describeInLab } from './support/where.js';

const COUNT = 220;
const MESSAGE_BYTES = 1_000;
const INTERVAL_MS = 12;
/** So little that of one message a second passes, and the rest waits at its sender. */
const NEARLY_NOTHING = { rateBps: 8_000, queueMs: 1_500 };

/** Keeps how long each message took: pages of one machine have one clock. */
const listen = (peer: LabPeer) =>
  peer.evaluate(() => {
    kit.keep.incoming['news']!.handle('tick', (dueAt) => {
      kit.keep.heard.push(Date.now() - Number(dueAt));
    });
  });

/**
 * Sends messages at an even pace, each once the one before was accepted. A message's time counts from the moment at which
 * it was due: who is held up at the publisher is delayed as well.
 */
const sendAll = (peer: LabPeer) =>
  peer.evaluate(
    async (count: number, bytes: number, intervalMs: number) => {
      const filler = new Uint8Array(bytes);
      const start = Date.now();
      for (let i = 0; i < count; i++) {
        const dueAt = start + i * intervalMs;
        if (dueAt > Date.now()) await new Promise((resolve) => setTimeout(resolve, dueAt - Date.now()));
        await kit.keep.outgoing['news']!.send('tick', dueAt, filler).accepted;
      }
    },
    COUNT,
    MESSAGE_BYTES,
    INTERVAL_MS,
  );

const heard = (peer: LabPeer) => peer.evaluate(() => kit.keep.heard as number[]);

describeInLab(['chromium'], 'one who is stalled', () => {
  const internets = useInternets();

  it('[C10] a subscriber whose downlink is cut delays no other', async () => {
    const { alice, bob, charlie } = await internets.open({ alice: {}, bob: {}, charlie: {} });
    await publish(alice, 'news');
    for (const peer of [bob, charlie]) {
      expect(await play(peer, alice.id, 'news')).toBe('playing');
      await listen(peer);
    }
    const bobHas = (count: number) =>
      until(async () => (await heard(bob)).length === count, {
        within: 10_000,
        what: `${count} messages at bob`,
      });

    await sendAll(alice);
    await bobHas(COUNT);
    await charlie.shape('down', NEARLY_NOTHING);
    await sendAll(alice);
    await bobHas(2 * COUNT);

    const times = await heard(bob);
    const [before, during] = [times.slice(0, COUNT), times.slice(COUNT)];
    const p95 = { before: quantile(before, 0.95), during: quantile(during, 0.95) };
    const late = (await heard(charlie)).length - COUNT;
    report('bob beside a stalled charlie', { ...p95, 'messages at charlie': late });
    expect(late).toBeLessThan(COUNT / 10);
    expect(p95.during).toBeLessThanOrEqual(1.2 * p95.before);
  });
});
