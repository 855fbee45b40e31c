import type { PeerId } from '@conclave/core';

import { until } from '../../support/wait.js';
import { aliceListens, heapOf, linkToBob, malloryPlaysBob, sendMany } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

test('[C9] who never acknowledges is closed with stream/stalled once it is 1,000 messages behind; alice has all of hers', async () => {
  await aliceListens(siege);
  const malloryId = await malloryPlaysBob(siege);
  const settled = await heapOf(siege.bob);
  // She leaves once she has been told: then it is known what became of the messages that she had.
  const hearing = siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
    const ends = () => link.heard.flatMap((frame) => (frame.t === 'ended' ? frame.code : []));
    await hostile.until(() => ends().length > 0);
    link.say({ t: 'bye', code: 'peer/closed' });
    return ends();
  });
  const outcomes = await siege.undisturbed(() => sendMany(siege, 1_100, 200, malloryId));
  expect(await hearing).toEqual(['stream/stalled']);
  expect(outcomes['alice delivered']).toBe(1_100);
  expect(outcomes['mallory delivered']).toBeUndefined();
  const heard = await siege.alice.evaluate(() => kit.keep.heard);
  expect(heard).toEqual(Array.from({ length: 1_100 }, (_, index) => index));
  await settled();
});

test('[C9] who says that it has what was never sent is believed about itself only', async () => {
  await aliceListens(siege);
  const malloryId = await malloryPlaysBob(siege);
  await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as InstanceType<typeof hostile.HostileLink>;
    hostile.keep['acks'] = setInterval(() => link.ack(Number.MAX_SAFE_INTEGER), 5);
  });
  const outcomes = await siege.undisturbed(() => sendMany(siege, 300, 200, malloryId));
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
