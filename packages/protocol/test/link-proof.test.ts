import { createHash, hkdfSync } from 'node:crypto';

import {
  canonical,
  commitment,
  concatBytes,
  linkId,
  linkNonce,
  linkSecret,
  linkTranscript,
  proofBytes,
  sign,
  utf8,
  verify,
  type KeyDerivation,
  type LinkEnd,
  type LinkFacts,
} from '@conclave/protocol';

import { actor, fill, subtle, type Actor, type Key } from './support/actors.js';
import { vector } from './support/spec.js';

const kdf = subtle as unknown as KeyDerivation<Key>;
const sha256 = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash('sha256')
      .update(concatBytes(...parts))
      .digest(),
  );
const hkdf = (input: Uint8Array, salt: Uint8Array, info: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', input, salt, info, 32));
const NOTHING = new Uint8Array(0);

let alice: Actor;
let bob: Actor;
let charlie: Actor;
let facts: LinkFacts;
let transcript: Uint8Array;
beforeAll(async () => {
  alice = await actor('alice');
  bob = await actor('bob');
  charlie = await actor('charlie');
  const end = async (who: Actor, session: number, value: number, fingerprint: string): Promise<LinkEnd> => ({
    peerId: who.peerId,
    fingerprint: fingerprint.repeat(32),
    commitment: await commitment(subtle, fill(16, session), who.peerId, fill(32, value)),
  });
  facts = {
    version: 1,
    link: await linkId(subtle, fill(16, 4), fill(16, 5)),
    ends: [await end(alice, 4, 6, '0a'), await end(bob, 5, 7, '0b')],
    roomTag: NOTHING,
  };
  transcript = await linkTranscript(subtle, facts);
});

describe('link proof', () => {
  test('SPEC 6.1: a link is named by both sessions, the offerer’s first', async () => {
    expect(facts.link).toEqual(vector('link'));
    expect(facts.link).toEqual(sha256(fill(16, 4), fill(16, 5)));
    await expect(linkId(subtle, fill(16, 5), fill(16, 4))).resolves.not.toEqual(facts.link);
  });

  test('SPEC 6.2: a commitment binds session, peer and value', async () => {
    expect(facts.ends[0].commitment).toEqual(vector('alice.commitment'));
    expect(facts.ends[1].commitment).toEqual(vector('bob.commitment'));
    expect(facts.ends[0].commitment).toEqual(
      sha256(utf8('conclave/1/commit'), fill(16, 4), utf8(alice.peerId), fill(32, 6)),
    );
    const others = [
      commitment(subtle, fill(16, 9), alice.peerId, fill(32, 6)),
      commitment(subtle, fill(16, 4), bob.peerId, fill(32, 6)),
      commitment(subtle, fill(16, 4), alice.peerId, fill(32, 9)),
    ];
    for (const other of others) await expect(other).resolves.not.toEqual(facts.ends[0].commitment);
  });

  test('[B4] SPEC 6.3: both ends have the transcript of the document, whichever they name first', async () => {
    expect(transcript).toEqual(vector('transcript'));
    const [low, high] = [facts.ends[1], facts.ends[0]]; // bob's ID is the lower one
    expect(low.peerId < high.peerId).toBe(true);
    expect(transcript).toEqual(
      sha256(
        canonical([
          1,
          facts.link,
          low.peerId,
          high.peerId,
          low.fingerprint,
          high.fingerprint,
          low.commitment,
          high.commitment,
          NOTHING,
        ]),
      ),
    );
    const mirrored: LinkFacts = { ...facts, ends: [facts.ends[1], facts.ends[0]] };
    await expect(linkTranscript(subtle, mirrored)).resolves.toEqual(transcript);
  });

  test('[B4] SPEC 6.3: whatever one end sees differently makes another transcript', async () => {
    const [first, second] = facts.ends;
    const others: Partial<LinkFacts>[] = [
      { version: 2 },
      { link: fill(32, 1) },
      { roomTag: fill(32, 1) },
      { ends: [{ ...first, peerId: charlie.peerId }, second] },
      { ends: [first, { ...second, peerId: charlie.peerId }] },
      { ends: [{ ...first, fingerprint: '0c'.repeat(32) }, second] },
      { ends: [first, { ...second, fingerprint: '0c'.repeat(32) }] },
      {
        ends: [
          { ...first, fingerprint: second.fingerprint },
          { ...second, fingerprint: first.fingerprint },
        ],
      },
      { ends: [{ ...first, commitment: fill(32, 1) }, second] },
      {
        ends: [
          { ...first, commitment: second.commitment },
          { ...second, commitment: first.commitment },
        ],
      },
    ];
    for (const other of others) {
      await expect(linkTranscript(subtle, { ...facts, ...other })).resolves.not.toEqual(transcript);
    }
  });

  test('[B4] SPEC 6.4: a proof is good for its own end and its own link only', async () => {
    const proof = await sign(alice, 'link-proof', proofBytes(transcript, alice.peerId));
    const check = (spki: Uint8Array, bytes: Uint8Array): Promise<boolean> =>
      verify(subtle, 'link-proof', spki, proof, bytes);
    await expect(check(alice.spki, proofBytes(transcript, alice.peerId))).resolves.toBe(true);
    await expect(check(alice.spki, proofBytes(transcript, bob.peerId))).resolves.toBe(false); // reflected
    await expect(check(bob.spki, proofBytes(transcript, alice.peerId))).resolves.toBe(false);
    await expect(check(alice.spki, proofBytes(fill(32, 1), alice.peerId))).resolves.toBe(false); // spliced
    const documented = await verify(
      subtle,
      'link-proof',
      alice.spki,
      vector('alice.proof'),
      proofBytes(transcript, alice.peerId),
    );
    expect(documented).toBe(true);
  });

  test('[B4] SPEC 6.5: the secret is HKDF over both values, salted with the transcript', async () => {
    const secret = await linkSecret(kdf, fill(32, 6), fill(32, 7), transcript);
    expect(secret).toEqual(vector('secret'));
    expect(secret).toEqual(
      hkdf(concatBytes(fill(32, 6), fill(32, 7)), transcript, canonical(['conclave/1/secret'])),
    );
    for (const other of [
      linkSecret(kdf, fill(32, 7), fill(32, 6), transcript),
      linkSecret(kdf, fill(32, 6), fill(32, 7), fill(32, 1)),
      linkSecret(kdf, fill(32, 6), fill(32, 8), transcript),
    ]) {
      await expect(other).resolves.not.toEqual(secret);
    }
  });

  test('[B4] SPEC 6.6: each end has its nonce of 32 bytes, new for each link', async () => {
    const secret = vector('secret');
    const [near, far] = [
      await linkNonce(kdf, secret, alice.peerId),
      await linkNonce(kdf, secret, bob.peerId),
    ];
    expect(near).toEqual(vector('alice.nonce'));
    expect(far).toEqual(vector('bob.nonce'));
    expect(near).toEqual(hkdf(secret, NOTHING, canonical(['conclave/1/nonce', alice.peerId])));
    expect(near).toHaveLength(32);
    expect(near).not.toEqual(far);
    const later = await linkSecret(kdf, fill(32, 6), fill(32, 7), fill(32, 1));
    await expect(linkNonce(kdf, later, alice.peerId)).resolves.not.toEqual(near);
  });
});
