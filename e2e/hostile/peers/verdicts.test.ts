import { until } from '../../support/wait.js';
import {
  aliceListens,
  bobPlaysMallory,
  heapOf,
  malloryPlaysBob,
  outcomesOf,
  sendMany,
  sendToMallory,
} from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

test('[C9] who says of every message that it waits is closed with stream/stalled at 1,000 of them; alice has all of hers', async () => {
  await aliceListens(siege);
  const malloryId = await malloryPlaysBob(siege);
  const settled = await heapOf(siege.bob);
  const hearing = siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    link.onMessage = ({ counter }) => link.ack(counter, [{ counter, is: 'waits' }]);
    const ends = () => link.heard.flatMap((frame) => (frame.t === 'ended' ? frame.code : []));
    await hostile.until(() => ends().length > 0);
    link.say({ t: 'bye', code: 'peer/closed' });
    return [ends(), link.said.filter(({ type }) => type === 'message').length] as const;
  });
  const outcomes = await siege.undisturbed(() => sendMany(siege, 1_100, 200, malloryId));
  const [ends, heard] = await hearing;
  expect(ends).toEqual(['stream/stalled']);
  expect(heard).toBeGreaterThan(900); // the end comes by another lane, and may overtake the last ones
  expect(heard).toBeLessThanOrEqual(1_000);
  // Of the one that there was no room for it is known that she has not got it; of the others she has said nothing.
  expect(outcomes).toEqual({ 'alice delivered': 1_100, 'mallory unknown': 1_000, 'mallory not-sent': 1 });
  await settled();
});

test('[C9] who is alone and lets everything wait gets 1,000 messages, then data/congested is thrown; once it says more, there is room', async () => {
  const malloryId = await malloryPlaysBob(siege);
  await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as Link;
    link.onMessage = ({ counter }) => link.ack(counter, [{ counter, is: 'waits' }]);
  });
  const settled = await heapOf(siege.bob);
  await sendToMallory(siege, 1_000, malloryId);
  const oneMore = () =>
    sendToMallory(siege, 1, malloryId).then(
      () => 'sent',
      (error: unknown) => error instanceof Error && 'code' in error && error.code,
    );
  expect(await siege.undisturbed(oneMore)).toBe('data/congested');
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    await hostile.until(() => link.said.length > 1_000);
    link.onMessage = ({ counter }) => link.ack(counter, [{ counter, is: 'dropped' }]);
    const verdicts = Array.from({ length: 1_000 }, (_, at) => ({ counter: at + 1, is: 'dropped' as const }));
    link.ack(1_000, verdicts);
  });
  await until(async () => (await oneMore()) === 'sent', { within: 3_000, what: 'room' });
  await until(async () => (await outcomesOf(siege))['not-sent'] === 1, { within: 3_000, what: 'dropped' });
  await settled();
});

test('[C9] verdicts on what was never sent, 2,000 frames full of them, settle nothing and are not kept', async () => {
  const malloryId = await malloryPlaysBob(siege);
  await sendToMallory(siege, 1, malloryId);
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      for (let round = 0; round < 2_000; round += 1) {
        const is = (['waits', 'handled', 'dropped'] as const)[round % 3]!;
        const verdicts = Array.from({ length: 1_024 }, (_, at) => ({ counter: 2 + round * 1_024 + at, is }));
        link.ack(0, verdicts);
        if (round % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }),
  );
  expect(await outcomesOf(siege)).toEqual({});
  await siege.mallory.evaluate(() => (hostile.keep['link'] as Link).ack(1));
  await until(async () => (await outcomesOf(siege))['delivered'] === 1, { within: 5_000, what: 'the one' });
  await settled();
});

test('[C9] a verdict that was given is not taken back, and one on a message that was not acknowledged is none', async () => {
  const malloryId = await malloryPlaysBob(siege);
  await sendToMallory(siege, 4, malloryId);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    await hostile.until(() => link.said.length > 4);
    link.ack(2, [
      { counter: 1, is: 'waits' },
      { counter: 2, is: 'dropped' },
      { counter: 3, is: 'dropped' },
    ]);
    link.ack(2, [
      { counter: 1, is: 'handled' },
      { counter: 2, is: 'handled' },
    ]);
    link.ack(1, [
      { counter: 1, is: 'dropped' },
      { counter: 4, is: 'handled' },
    ]);
    link.ack(3);
  });
  await until(async () => Object.keys(await outcomes()).length === 3, {
    within: 3_000,
    what: 'three of four',
  });
  expect(await outcomes()).toEqual({ 1: 'delivered', 2: 'not-sent', 3: 'delivered' });
});

const outcomes = () =>
  siege.bob.evaluate(() => (kit.keep as unknown as { outcomes: Record<number, string> }).outcomes);

test('[C9] 20,000 messages that bob has no use for: each is dropped and she is told so, and nothing of them is kept', async () => {
  expect(await bobPlaysMallory(siege, { media: false })).toBe('playing');
  const settled = await heapOf(siege.bob);
  const dropped = await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const { request } = link.farPlays[0]!;
      for (let index = 1; index <= 20_000; index += 1) {
        link.call(request + 1, 'say', index);
        if (index % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await hostile.until(() => link.said.some((one) => one.type === 'ack' && one.counter === 20_000));
      link.call(request, 'say', 'good');
      const verdicts = link.said.flatMap((one) => (one.type === 'ack' ? one.verdicts : []));
      return verdicts.filter(({ is }) => is === 'dropped').length;
    }),
  );
  expect(dropped).toBe(20_000);
  await until(() => siege.bob.evaluate(() => kit.keep.heard.length > 0), { within: 3_000, what: 'a call' });
  expect(await siege.bob.evaluate(() => kit.keep.heard)).toEqual([['good']]);
  await settled();
});
