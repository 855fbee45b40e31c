import { throughout, until } from '../../support/wait.js';
import { bobPlaysMallory } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();
type Link = InstanceType<typeof hostile.HostileLink>;

const heard = () => siege.bob.evaluate(() => kit.keep.heard.length);

test('[B9] handlers called before the proof are not called; those calls follow once the proof has verified', async () => {
  const perform = async (link: Link, request: number) => {
    link.resume();
    for (let call = 1; call <= 50; call += 1) link.call(request, 'say', call);
    await link.farProof;
    hostile.keep['go'] = async () => {
      await link.prove({ resumes: false });
      link.say({ t: 'granted', request });
    };
  };
  const outcome = bobPlaysMallory(siege, { perform });
  await siege.undisturbed(() =>
    throughout(1_000, async () => {
      expect(await heard()).toBe(0);
      expect(await siege.bob.evaluate(() => kit.keep.connection.links.get().size)).toBe(1);
    }),
  );
  await siege.mallory.evaluate(() => (hostile.keep['go'] as () => Promise<void>)());
  expect(await outcome).toBe('playing');
  await until(async () => (await heard()) === 50, { within: 3_000, what: 'fifty calls' });
  expect(await siege.bob.evaluate(() => kit.keep.heard.flat())).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 1),
  );
});

test.each([
  ['65 calls', 65, 10],
  ['five calls of 60 KiB', 5, 60_000],
])(
  '[B9] %s before the proof are more than is kept: the link ends with link/bad-frame',
  async (_, count, bytes) => {
    const perform = `async (link, request) => {
    for (let call = 1; call <= ${count}; call += 1) link.call(request, 'say', new Uint8Array(${bytes}));
  }`;
    const outcome = await siege.undisturbed(() =>
      bobPlaysMallory(siege, { perform: { toString: () => perform } as unknown as (link: Link) => void }),
    );
    expect(outcome).toBe('link/bad-frame');
    expect(await heard()).toBe(0);
  },
);

test('[C7] who plays before it has proven itself is not asked about, and gets no byte', async () => {
  await siege.mallory.evaluate(
    async (url: string, bobId: string) => {
      const self = await hostile.Hostile.enter(url);
      const link = await self.linkTo(bobId).offer({ plays: [{ request: 1, stream: 'camera' }] });
      await link.farProof;
      await link.opened;
      link.say({ t: 'play', play: { request: 2, stream: 'camera' } });
      await hostile.until(() => link.isOver);
    },
    siege.url,
    siege.bobId,
  );
  expect((await siege.ledger()).asked).toEqual([]);
  expect((await siege.strangeMedia()).bytes).toBe(0);
});
