import type { PeerId } from '@conclave/core';

import { until } from '../../support/wait.js';
import { heapOf, linkToBob } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

/** Bob sends to all who play his camera; what became of it at alice and at mallory. */
const sendMany = (count: number, bytes: number, malloryId: string) =>
  siege.bob.evaluate(
    async (many: number, size: number, ids: string[]) => {
      const camera = kit.keep.outgoing['camera']!;
      const outcomes: Record<string, number> = {};
      const pending: Promise<void>[] = [];
      for (let index = 0; index < many; index += 1) {
        const { accepted, delivered } = camera.send('say', index, new Uint8Array(size));
        pending.push(
          delivered.then((map) => {
            for (const [id, outcome] of map) {
              const key = `${id === ids[0] ? 'alice' : 'mallory'} ${outcome}`;
              outcomes[key] = (outcomes[key] ?? 0) + 1;
            }
          }),
        );
        await accepted;
      }
      await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, 10_000))]);
      return outcomes;
    },
    count,
    bytes,
    [siege.aliceId, malloryId],
  );

test('[C9] who never acknowledges is closed with stream/stalled once it is 1,000 messages behind; alice has all of hers', async () => {
  await siege.alice.evaluate(() => {
    kit.keep.incoming['friend']!.handle('say', (index) => kit.keep.heard.push(index));
  });
  const malloryId = await linkToBob(siege);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
    link.say({ t: 'play', play: { request: 1, stream: 'camera' } });
    await hostile.until(() => link.heard.some(({ t }) => t === 'granted'));
  });
  const settled = await heapOf(siege.bob);
  // She leaves once she has been told: then it is known what became of the messages that she had.
  const hearing = siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
    const ends = () => link.heard.flatMap((frame) => (frame.t === 'ended' ? frame.code : []));
    await hostile.until(() => ends().length > 0);
    link.say({ t: 'bye', code: 'peer/closed' });
    return ends();
  });
  const outcomes = await siege.undisturbed(() => sendMany(1_100, 200, malloryId));
  expect(await hearing).toEqual(['stream/stalled']);
  expect(outcomes['alice delivered']).toBe(1_100);
  expect(outcomes['mallory delivered']).toBeUndefined();
  const heard = await siege.alice.evaluate(() => kit.keep.heard);
  expect(heard).toEqual(Array.from({ length: 1_100 }, (_, index) => index));
  await settled();
});

test('[C9] who says that it has what was never sent is believed about itself only', async () => {
  const malloryId = await linkToBob(siege);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
    const ack = hostile.protocol.encodeDataFrame({ type: 'ack', counter: Number.MAX_SAFE_INTEGER });
    link.say({ t: 'play', play: { request: 1, stream: 'camera' } });
    await hostile.until(() => link.heard.some(({ t }) => t === 'granted'));
    hostile.keep['acks'] = setInterval(() => link.raw('messages', ack), 5);
  });
  const outcomes = await siege.undisturbed(() => sendMany(300, 200, malloryId));
  await siege.mallory.evaluate(() => clearInterval(hostile.keep['acks'] as NodeJS.Timeout));
  expect(outcomes).toEqual({ 'alice delivered': 300, 'mallory delivered': 300 });
});

test('[C5] a publisher that never answers leaves a play asked for, which its subscriber can end at any time', async () => {
  const malloryId = await linkToBob(siege);
  await siege.bob.evaluate((id: PeerId) => {
    kit.keep.incoming['show'] = kit.keep.connection.play(id, 'show', { media: false });
  }, malloryId);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
    await hostile.until(() => link.heard.some(({ t }) => t === 'play'));
  });
  const phase = () => siege.bob.evaluate(() => kit.keep.incoming['show']!.state.get().phase);
  expect(await phase()).toBe('requested');
  await siege.bob.evaluate(() => kit.keep.incoming['show']!.close());
  await until(async () => (await phase()) === 'closed', { within: 1_000, what: 'closed' });
});
