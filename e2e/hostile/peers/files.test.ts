import { until } from '../../support/wait.js';
import { bobPlaysMallory, heapOf, linkToBob } from './support/actions.js';
import { bobListens, offersOf, untilOffers } from './support/files.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

/** Bob plays mallory, so that she may offer him files. */
async function meet(accepts: boolean): Promise<void> {
  expect(await bobPlaysMallory(siege)).toBe('playing');
  await bobListens(siege, accepts);
}

/** What mallory has heard of her files: `take 0`, `decline file/limit`, and so on, with how often. */
const answers = () =>
  siege.mallory.evaluate(() => {
    const counts: Record<string, number> = {};
    for (const frame of (hostile.keep['link'] as Link).heard) {
      const said =
        frame.t === 'decline' ? `decline ${frame.code}` : frame.t === 'take' ? `take ${frame.from}` : frame.t;
      if (['take', 'decline', 'got', 'kept'].includes(frame.t)) counts[said] = (counts[said] ?? 0) + 1;
    }
    return counts;
  });
const untilAnswer = (said: string, count = 1) =>
  until(async () => ((await answers())[said] ?? 0) >= count, {
    within: 5_000,
    what: `${count} times ${said}`,
  });

/** A file of 4 bytes, offered honestly, comes through. */
async function goodFileArrives(): Promise<void> {
  const before = (await offersOf(siege)).length;
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    const { request } = link.farPlays[0]!;
    const { encodeDataFrame, sha256 } = hostile.protocol;
    const payload = new Uint8Array([1, 2, 3, 4]);
    link.say({ t: 'file', transfer: 1e9, request, size: 4, name: 'good', type: '' });
    await hostile.until(() => link.heard.some((one) => one.t === 'take' && one.transfer === 1e9));
    link.raw('bulk', encodeDataFrame({ type: 'bulk', sentAtUs: 0, transfer: 1e9, offset: 0, payload }));
    const digest = await sha256(crypto.subtle, payload);
    link.raw('bulk', encodeDataFrame({ type: 'seal', transfer: 1e9, offset: 4, payload: digest }));
  });
  await until(async () => (await offersOf(siege))[before]?.ended === 'done', {
    within: 3_000,
    what: 'a good file',
  });
}

test('[B9] 5,000 files at once: 32 are offered to bob, the others are declined with file/limit, and nothing of them is kept', async () => {
  await meet(false);
  const settled = await heapOf(siege.bob);
  await siege.undisturbed(() =>
    siege.mallory.evaluate(async () => {
      const link = hostile.keep['link'] as Link;
      const { request } = link.farPlays[0]!;
      const metadata = hostile.protocol.encodeValue({ about: 'x'.repeat(900) });
      for (let transfer = 0; transfer < 5_000; transfer += 1) {
        const more = metadata.ok ? { metadata: metadata.value } : {};
        link.say({
          t: 'file',
          transfer,
          request,
          size: 10,
          name: `file ${transfer}`,
          type: 'text/plain',
          ...more,
        });
        if (transfer % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }),
  );
  await untilAnswer('decline file/limit', 4_000); // those before the working part was loaded were not all answered
  expect((await untilOffers(siege, 32)).length).toBe(32);
  expect(Object.keys(await answers())).toEqual(['decline file/limit']);
  await settled();
});

test('[B9] files of 2^53 - 1 bytes that bob takes: eight move, nothing is allocated for what has not come', async () => {
  await meet(true);
  const settled = await heapOf(siege.bob);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    const { request } = link.farPlays[0]!;
    const { encodeDataFrame } = hostile.protocol;
    const [size, payload] = [Number.MAX_SAFE_INTEGER, new Uint8Array(100)];
    for (let transfer = 0; transfer < 20; transfer += 1)
      link.say({ t: 'file', transfer, request, size, name: 'huge', type: '' });
    const takes = () => link.heard.filter(({ t }) => t === 'take').length;
    await hostile.until(() => takes() === 8);
    link.raw('bulk', encodeDataFrame({ type: 'bulk', sentAtUs: 0, transfer: 0, offset: 0, payload }));
  });
  await settled();
  expect((await offersOf(siege)).map(({ ended }) => ended)).toEqual(
    Array.from({ length: 20 }, () => undefined),
  );
  expect(await answers()).toEqual({ 'take 0': 8 });
});

test.each([
  ['bytes behind its end', 300, 'bulk 0 200, bulk 200 101'],
  ['bytes in front of those that are next', 300, 'bulk 0 200, bulk 100 100'],
  ['bytes with a gap', 300, 'bulk 0 200, bulk 201 99'],
  ['a first part from the middle', 300, 'bulk 100 200'],
  ['a part at the largest offset', 300, `bulk ${Number.MAX_SAFE_INTEGER} 100`],
  [
    'a part across a block',
    300_000,
    'bulk 0 65536, bulk 65536 65536, bulk 131072 65536, bulk 196608 65536, bulk 262144 100',
  ],
  ['an empty part', 300, 'bulk 0 0'],
  ['a wrong seal', 300, 'bulk 0 300, seal 300'],
  ['a seal before its block is whole', 300, 'bulk 0 200, seal 200'],
  ['a seal before anything', 300, 'seal 300'],
  ['a seal of another block', 300, 'bulk 0 300, seal 262144'],
])('[B9] a file with %s is file/corrupt at both ends, and the next one arrives', async (_, size, frames) => {
  await meet(true);
  await siege.mallory.evaluate(
    async (bytes: number, lies: string[]) => {
      const link = hostile.keep['link'] as Link;
      const { request } = link.farPlays[0]!;
      const { encodeDataFrame } = hostile.protocol;
      const lie = () => {
        for (const one of lies) {
          const [type, at, length] = one.split(' ');
          const [offset, payload] = [Number(at), new Uint8Array(Number(length ?? 32))];
          link.raw(
            'bulk',
            encodeDataFrame({ type: type as 'bulk', transfer: 5, offset, sentAtUs: 0, payload }),
          );
        }
      };
      link.say({ t: 'file', transfer: 5, request, size: bytes, name: 'bad', type: '' });
      await hostile.until(() => link.heard.some(({ t }) => t === 'take'));
      lie();
    },
    size,
    frames.split(', '),
  );
  await untilAnswer('decline file/corrupt');
  expect((await offersOf(siege)).map(({ ended }) => ended)).toEqual(['file/corrupt']);
  await goodFileArrives();
  expect((await siege.ledger()).refused).toEqual({});
});

test('[B9] bytes of a file before bob has taken it end the offer with file/corrupt; those of one that was never offered are refused', async () => {
  await meet(false);
  await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as Link;
    const { request } = link.farPlays[0]!;
    link.say({ t: 'file', transfer: 5, request, size: 300, name: 'early', type: '' });
  });
  await untilOffers(siege, 1);
  await siege.mallory.evaluate(() => {
    const { encodeDataFrame } = hostile.protocol;
    for (const transfer of [5, 6])
      (hostile.keep['link'] as Link).raw(
        'bulk',
        encodeDataFrame({ type: 'bulk', sentAtUs: 0, transfer, offset: 0, payload: new Uint8Array(100) }),
      );
  });
  await untilAnswer('decline file/corrupt');
  expect((await offersOf(siege)).map(({ ended }) => ended)).toEqual(['file/corrupt']);
  await siege.refused('link/bad-frame');
  expect((await siege.ledger()).refused).toEqual({ 'link/bad-frame': 1 });
});

test('[B9] a file for a request that bob never made, or of alice, is declined and offered to nobody; so is one with metadata that is none', async () => {
  await meet(false);
  await siege.mallory.evaluate(() => {
    const link = hostile.keep['link'] as Link;
    const { request } = link.farPlays[0]!;
    const offer = { t: 'file', size: 3, name: 'x', type: '' } as const;
    // Bob's requests follow each other: that of alice is among them.
    for (let transfer = 100; transfer < 200; transfer += 1)
      if (transfer !== 150) link.say({ ...offer, transfer, request: (request + transfer - 150) >>> 0 });
    link.say({ ...offer, transfer: 7, request, metadata: new Uint8Array([0xc1]) });
  });
  await untilAnswer('decline stream/unsubscribed', 99);
  await untilAnswer('decline link/bad-frame');
  expect(await offersOf(siege)).toEqual([]);
});

test('[B9] a name of 256 characters that mean something elsewhere arrives as it is; one of 257 ends her link', async () => {
  await meet(false);
  const name = '../..\\\0\u202e<b>\r\n%00'.padEnd(256, '\u202e/\0');
  const offer = (text: string) =>
    siege.mallory.evaluate((said: string) => {
      const link = hostile.keep['link'] as Link;
      const { request } = link.farPlays[0]!;
      const frame = { t: 'file', transfer: said.length, request, size: 3, name: said, type: said } as const;
      const encoded = hostile.protocol.encodeValue(frame, Infinity);
      if (encoded.ok) link.raw('control', encoded.value);
    }, text);
  await siege.undisturbed(() => offer(name));
  expect((await untilOffers(siege, 1))[0]?.name).toBe(name);
  offer('x'.repeat(257)).catch(() => undefined); // she may crash when she is hung up on
  await until(async () => (await offersOf(siege))[0]?.ended !== undefined, {
    within: 3_000,
    what: 'the end',
  });
  expect((await offersOf(siege)).map(({ ended }) => ended)).toEqual(['link/bad-frame']);
});

test('[B9] who withdraws, declines or sends parts of a file of somebody else does not touch it', async () => {
  await meet(true);
  await siege.mallory.evaluate(async () => {
    const link = hostile.keep['link'] as Link;
    const { request } = link.farPlays[0]!;
    link.say({ t: 'file', transfer: 9, request, size: 4, name: 'hers', type: '' });
    await hostile.until(() => link.heard.some(({ t }) => t === 'take'));
    hostile.keep['first'] = link;
  });
  await linkToBob(siege); // as somebody else
  await siege.undisturbed(() =>
    siege.mallory.evaluate(() => {
      const thief = hostile.keep['link'] as Link;
      const { encodeDataFrame } = hostile.protocol;
      for (let transfer = 0; transfer < 20; transfer += 1) {
        thief.say({ t: 'withdraw', transfer, code: 'file/cancelled' });
        thief.say({ t: 'decline', transfer, code: 'file/refused' });
        thief.say({ t: 'file', transfer, request: 1, size: 9, name: 'theft', type: '' });
        const payload = new Uint8Array(4);
        thief.raw('bulk', encodeDataFrame({ type: 'bulk', sentAtUs: 0, transfer, offset: 0, payload }));
      }
      hostile.keep['link'] = hostile.keep['first'];
    }),
  );
  await siege.refused('link/bad-frame', 20);
  expect((await offersOf(siege)).map(({ name, ended }) => [name, ended])).toEqual([['hers', undefined]]);
  await goodFileArrives();
});
