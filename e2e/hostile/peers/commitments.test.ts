import type { PeerId } from '@conclave/core';

import { bobPlaysMallory } from './support/actions.js';
import { useSiege } from './support/siege.js';

const siege = useSiege();

/** Bob plays mallory; she answers with what she has of his. */
async function mirror(what: 'commitment' | 'commitment and session'): Promise<string> {
  const malloryId = await siege.mallory.evaluate(
    async (url: string, session: boolean) => {
      const self = await hostile.Hostile.enter(url);
      void (async () => {
        const [from, offer] = await self.nextOffer();
        const link = self.linkTo(from);
        await link.answer(offer, {
          commitment: offer.commitment,
          ...(session && { session: offer.session }),
        });
        // Bob's proof reveals the value that his commitment stands for: now hers.
        const frame = hostile.protocol.decodeControlFrame(await link.farProof);
        if (frame.ok && frame.value.t === 'proof') await link.prove({ value: frame.value.value });
      })();
      return self.peerId;
    },
    siege.url,
    what.includes('session'),
  );
  return siege.bob.evaluate(
    (id: PeerId) =>
      kit.keep.connection.play(id, 'show').ready.then(
        () => 'playing',
        (error: unknown) => kit.codeOf(error),
      ),
    malloryId,
  );
}

test.each(['commitment', 'commitment and session'] as const)(
  "[B4] who answers with bob's own %s, and waits until he has revealed his value, gets no link: identity/mismatch",
  async (what) => {
    expect(await siege.undisturbed(() => mirror(what))).toBe('identity/mismatch');
    expect(await siege.bob.evaluate(() => kit.keep.connection.links.get().size)).toBe(1);
    expect((await siege.strangeMedia()).bytes).toBe(0);
  },
);

test('[B4] a value that she chooses after she has seen his is not the one that she has committed to', async () => {
  const perform = async (link: InstanceType<typeof hostile.HostileLink>) => {
    await link.farProof;
    await link.prove({ value: hostile.randomBytes(32) });
  };
  expect(await siege.undisturbed(() => bobPlaysMallory(siege, { perform }))).toBe('identity/mismatch');
});

test('[B4] his own proof, sent back to him, proves nothing', async () => {
  const perform = async (link: InstanceType<typeof hostile.HostileLink>) => {
    link.raw('control', (await link.farProof) as Uint8Array<ArrayBuffer>);
  };
  expect(await siege.undisturbed(() => bobPlaysMallory(siege, { perform }))).toBe('identity/mismatch');
});
