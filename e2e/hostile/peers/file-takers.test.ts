import type { PeerId } from '@conclave/core';

import { until } from '../../support/wait.js';
import { heapOf, malloryPlaysBob } from './support/actions.js';
import { aliceTakesFiles, bobSendsFile, untilState } from './support/files.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

/** The block of a file, and what is sent ahead of what the receiver says that it has (SPEC 8.8). */
const [BLOCK, AHEAD] = [256 * 1024, 2 * 1024 * 1024];
const SIZE = 3 * 1024 * 1024;

/** Alice takes files and mallory plays; bob offers both of them one. Mallory keeps what she was offered. */
async function offered(bytes = SIZE): Promise<PeerId> {
  await aliceTakesFiles(siege);
  const malloryId = await malloryPlaysBob(siege);
  await bobSendsFile(siege, bytes);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    await hostile.until(() => link.heard.some(({ t }) => t === 'file'));
    const file = link.heard.find(({ t }) => t === 'file');
    const keep = Object.assign(hostile.keep, { bytes: 0, frames: 0 });
    hostile.keep['transfer'] = file?.t === 'file' && file.transfer;
    link.onBulk = ({ type, payload }) => {
      if (type === 'bulk') keep.bytes += payload.byteLength;
      keep.frames += 1;
    };
  });
  return malloryId;
}

/** Alice has all of it, and mallory was told why hers has ended. */
async function onlySheFails(malloryId: PeerId, code: string, told = code): Promise<void> {
  await untilState(siege, malloryId, code);
  await until(
    () =>
      siege.mallory.evaluate(
        (why: string) =>
          (hostile.keep['link'] as Link).heard.some(
            ({ t, ...frame }) => t === 'withdraw' && 'code' in frame && frame.code === why,
          ),
        told,
      ),
    { within: 3_000, what: `she is told ${told}` },
  );
  await aliceHasIt();
}

async function aliceHasIt(bytes = SIZE): Promise<void> {
  await untilState(siege, siege.aliceId, 'done');
  expect(await siege.alice.evaluate(() => kit.keep.heard)).toEqual([bytes]);
}

test.each([
  ['takes it from its middle at once', 'take 262144'],
  ['takes it from behind its end', `take ${SIZE + 1}`],
  ['takes it from 2^53 - 1', `take ${Number.MAX_SAFE_INTEGER}`],
  ['says that it has some before it has taken any', 'got 262144'],
  ['says that it has all before it has taken any', 'kept'],
  ['takes it twice', 'take 0, take 0'],
  ['has more than was sent', `take 0, got ${SIZE}`],
  ['has what ends within a block', 'take 0, then, got 100'],
  ['has kept what was not sent', 'take 0, then, kept'],
])('[B9] of a file, who %s gets no more of it, with link/bad-frame; alice has all of it', async (_, lies) => {
  const malloryId = await offered();
  await siege.mallory.evaluate(async (said: string[]) => {
    const link = hostile.keep['link'] as Link;
    const transfer = hostile.keep['transfer'] as number;
    for (const one of said) {
      const [t, at] = [one.split(' ')[0], Number(one.split(' ')[1])];
      if (t === 'then') await hostile.until(() => hostile.keep['bytes'] > 0);
      else if (t === 'take') link.say({ t, transfer, from: at });
      else if (t === 'got') link.say({ t, transfer, bytes: at });
      else link.say({ t: 'kept', transfer });
    }
  }, lies.split(', '));
  await onlySheFails(malloryId, 'link/bad-frame');
});

test('[B9] who takes a file and never says what it has is sent 2 MiB of it, then nothing; alice has all of it', async () => {
  const malloryId = await offered();
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(async () => {
    await siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      link.say({ t: 'take', transfer: hostile.keep['transfer'] as number, from: 0 });
      await hostile.until(() => hostile.keep['bytes'] >= 2 * 1024 * 1024);
    });
    await aliceHasIt();
  });
  expect(await siege.mallory.evaluate(() => hostile.keep['bytes'] as number)).toBe(AHEAD);
  await untilState(siege, malloryId, 'moving');
  await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as Link;
    link.say({ t: 'decline', transfer: hostile.keep['transfer'] as number, code: 'file/refused' });
  });
  await untilState(siege, malloryId, 'file/refused');
  await settled();
});

test('[B9] 10,000 words on files that are not hers, or that nobody has offered, change nothing, also not for alice', async () => {
  const malloryId = await offered(BLOCK);
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const own = hostile.keep['transfer'] as number;
      for (let index = -1_000; index < 1_000; index += 1) {
        const transfer = (own + index) >>> 0;
        if (transfer === own) continue;
        link.say({ t: 'take', transfer, from: 0 });
        link.say({ t: 'got', transfer, bytes: 10 });
        link.say({ t: 'kept', transfer });
        link.say({ t: 'decline', transfer, code: 'file/refused' });
        link.say({ t: 'withdraw', transfer, code: 'file/cancelled' });
        if (index % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }),
  );
  await untilState(siege, malloryId, 'offered');
  await aliceHasIt(BLOCK);
  expect(await siege.mallory.evaluate(() => hostile.keep['frames'] as number)).toBe(0);
  expect((await siege.ledger()).refused).toEqual({});
  await settled();
});

test('[B9] who takes more files at a time than may move is told file/limit of the others; alice has all of hers', async () => {
  await aliceTakesFiles(siege);
  const malloryId = await malloryPlaysBob(siege);
  const takes = siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    const offers = () => link.heard.flatMap((frame) => (frame.t === 'file' ? frame.transfer : []));
    await hostile.until(() => offers().length === 20);
    for (const transfer of offers()) link.say({ t: 'take', transfer, from: 0 });
    const told = () => link.heard.flatMap((frame) => (frame.t === 'withdraw' ? frame.code : []));
    await hostile.until(() => told().length >= 12);
    return told();
  });
  for (let count = 0; count < 20; count += 1) await bobSendsFile(siege, SIZE);
  expect(await takes).toEqual(Array.from({ length: 12 }, () => 'file/limit'));
  await untilState(siege, malloryId, 'file/limit'); // of the last one
  await until(() => siege.alice.evaluate(() => kit.keep.heard.length === 20), {
    within: 10_000,
    what: 'all of hers',
  });
});
