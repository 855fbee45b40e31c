import { concatBytes, MAX_CARD_BYTES, openCard, sign, signCard, toHex, type Card } from '@conclave/protocol';

import { pack } from '../src/packing.js';
import { actor, fill, flipped, subtle, type Actor } from './support/actors.js';
import { vector } from './support/spec.js';

const content = { epoch: fill(16, 3), versions: [1], persistent: false };
let alice: Actor;
let bob: Actor;
beforeAll(async () => {
  alice = await actor('alice');
  bob = await actor('bob');
});

/** A card of any content, honestly signed. */
async function forge(of: object, signer: Actor = alice): Promise<Uint8Array> {
  const signed = pack(of);
  return pack([signed, await sign(signer, 'card', signed)]);
}

describe('card', () => {
  test('SPEC 3.1: a card says who, which life, which versions, and whether the identity stays', async () => {
    const bytes = await signCard(alice, content);
    expect(bytes.byteLength).toBeLessThan(MAX_CARD_BYTES);
    const expected: Card = { peerId: alice.peerId, spki: alice.spki, ...content };
    await expect(openCard(subtle, bytes)).resolves.toEqual({ ok: true, value: expected });
  });

  test('SPEC 3.1: the card of the document opens, and its signed part is the one we make', async () => {
    await expect(openCard(subtle, vector('card'))).resolves.toMatchObject({
      ok: true,
      value: { peerId: alice.peerId },
    });
    const own = await signCard(alice, content);
    expect(toHex(own.subarray(0, -64))).toBe(toHex(vector('card').subarray(0, -64)));
  });

  test('SPEC 3.1: a card of another form is identity/mismatch, a large one data/too-large', async () => {
    const whole = { spki: alice.spki, ...content };
    const forms: unknown[] = [
      null,
      [],
      {},
      [fill(10, 0)],
      [fill(10, 0), fill(63, 0)],
      { 0: fill(10, 0), 1: fill(64, 0) },
    ];
    for (const form of forms) {
      await expect(openCard(subtle, pack(form))).resolves.toEqual({ ok: false, code: 'identity/mismatch' });
    }
    const contents = [
      { ...whole, spki: alice.spki.subarray(1) },
      { ...whole, epoch: fill(15, 3) },
      { ...whole, epoch: 'x'.repeat(16) },
      { ...whole, versions: [-1] },
      { ...whole, versions: [1.5] },
      { ...whole, versions: [65_536] },
      { ...whole, versions: Array.from({ length: 9 }, () => 1) },
      { ...whole, persistent: 1 },
      { epoch: whole.epoch, versions: [1], persistent: true },
      [whole],
    ];
    for (const wrong of contents) {
      await expect(openCard(subtle, await forge(wrong))).resolves.toEqual({
        ok: false,
        code: 'identity/mismatch',
      });
    }
    await expect(openCard(subtle, await forge({ ...whole, later: fill(400, 0) }))).resolves.toEqual({
      ok: false,
      code: 'data/too-large',
    });
  });

  test('[B1] SPEC 3.2: the peer ID comes from the key, whatever the card says', async () => {
    const card = await forge({ spki: alice.spki, ...content, peerId: bob.peerId });
    await expect(openCard(subtle, card)).resolves.toMatchObject({
      ok: true,
      value: { peerId: alice.peerId },
    });
  });

  test('[B1] SPEC 3.2: a key of another form is identity/bad-key', async () => {
    const card = await forge({ spki: flipped(alice.spki, 26, 0x02), ...content });
    await expect(openCard(subtle, card)).resolves.toEqual({ ok: false, code: 'identity/bad-key' });
  });

  test('[B3] SPEC 3.3: a card for a foreign key is auth/signature', async () => {
    const card = await forge({ spki: bob.spki, ...content }, alice);
    await expect(openCard(subtle, card)).resolves.toEqual({ ok: false, code: 'auth/signature' });
  });

  test('[B2] SPEC 3.3: no flipped bit of a card passes', async () => {
    const card = await signCard(alice, content);
    for (let at = 0; at < card.byteLength; at++) {
      expect((await openCard(subtle, flipped(card, at, 1 << (at % 8)))).ok).toBe(false);
    }
  });

  test('SPEC 3.3: keys of a later version are signed like the others, and ignored', async () => {
    const card = await forge({ spki: alice.spki, ...content, later: true });
    const opened = await openCard(subtle, card);
    expect(opened.ok && Object.keys(opened.value).sort()).toEqual([
      'epoch',
      'peerId',
      'persistent',
      'spki',
      'versions',
    ]);
  });

  test('[B2] SPEC 3.3: a signature for another purpose is no card', async () => {
    const signed = pack({ spki: alice.spki, ...content });
    const card = pack([signed, await sign(alice, 'envelope', signed)]);
    await expect(openCard(subtle, card)).resolves.toEqual({ ok: false, code: 'auth/signature' });
    await expect(openCard(subtle, concatBytes(card, fill(1, 0)))).resolves.toEqual({
      ok: false,
      code: 'link/bad-frame',
    });
  });
});
