import { until } from '../../support/wait.js';
import { bobPlaysMallory, heapOf, linkToBob, malloryPlaysBob, sendToMallory } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

/** Batches that are none. */
const GARBAGE: [string, number[]][] = [
  ['nothing', []],
  ['three bytes', [0, 0, 0]],
  ['a length and no frame', [0, 0, 0, 1]],
  ['an empty frame', [0, 0, 0, 0]],
  ['a frame and an empty one', [0, 0, 0, 1, 2, 0, 0, 0, 0]],
  ['a frame that is longer than the batch', [0, 0, 0, 3, 2, 2]],
  ['a frame of 4 GiB', [255, 255, 255, 255, 2, 2]],
];

test.each(GARBAGE)(
  '[B9] a batch with %s is refused as one, 1,000 times, and the next good one is heard',
  async (_, bytes) => {
    expect(await bobPlaysMallory(siege)).toBe('playing');
    await siege.undisturbed(() =>
      siege.mallory.evaluate(async (garbage: number[]) => {
        const link = hostile.keep['link'] as Link;
        for (let left = 1_000; left > 0; left -= 1) {
          link.bytes('messages', new Uint8Array(garbage));
          if (left % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
        }
        link.call(link.farPlays[0]!.request, 'say', 'good');
      }, bytes),
    );
    await siege.refused('link/bad-frame', 1_000);
    await until(() => siege.bob.evaluate(() => kit.keep.heard.length > 0), { within: 3_000, what: 'a call' });
    expect((await siege.ledger()).refused).toEqual({ 'link/bad-frame': 1_000 });
  },
);

test('[B9] a batch above 80 KiB is refused as one; a full one of 16,000 frames of one byte is counted, frame by frame, and nothing of it is kept', async () => {
  await linkToBob(siege);
  const settled = await heapOf(siege.bob);
  const frames = await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const { encodeBatch, MAX_BATCH_BYTES } = hostile.protocol;
      const frame = new Uint8Array([2]);
      const full = encodeBatch(Array.from({ length: Math.floor(MAX_BATCH_BYTES / 5) }, () => frame));
      link.bytes('messages', encodeBatch([new Uint8Array(MAX_BATCH_BYTES)]));
      for (let left = 20; left > 0; left -= 1) {
        link.bytes('messages', full);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return full.byteLength / 5;
    }),
  );
  await siege.refused('link/bad-frame', 20 * frames + 1);
  await settled();
});

test('[B9] batches full of acks, 60,000 at once, while 1,000 messages of bob wait for her do not hold him up', async () => {
  const malloryId = await malloryPlaysBob(siege);
  await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as Link;
    link.onMessage = ({ counter }) => link.ack(counter, [{ counter, is: 'waits' }]);
  });
  await sendToMallory(siege, 1_000, malloryId);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    await hostile.until(() => link.said.length > 1_000);
  });
  const heldUpMs = await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const { encodeBatch, encodeDataFrame } = hostile.protocol;
      const ack = encodeDataFrame({ type: 'ack', counter: Number.MAX_SAFE_INTEGER, verdicts: [] });
      const full = encodeBatch(Array.from({ length: 6_000 }, () => ack));
      for (let left = 10; left > 0; left -= 1) link.bytes('messages', full);
      // He says what became of what comes behind them.
      const started = performance.now();
      link.call(9, 'nobody', 'hears it');
      await hostile.until(() => link.said.some((frame) => frame.type === 'ack'));
      return performance.now() - started;
    }),
  );
  expect(heldUpMs).toBeLessThan(1_500); // twice that is what it takes where each of them is looked at against all that waits
});
