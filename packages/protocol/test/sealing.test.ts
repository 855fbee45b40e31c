import {
  concatBytes,
  newSealKey,
  seal,
  unseal,
  utf8,
  type KeyDerivation,
  type Sealing,
} from '@conclave/protocol';

import { checkBody } from '../src/peer-messages.js';
import { fill, flipped, subtle, type Key } from './support/actors.js';
import { peerMessages } from './support/messages.js';

const crypto = subtle as unknown as Sealing<Key> & KeyDerivation<Key>;
const LINK = fill(32, 1);
const SECRET = utf8('x'.repeat(24));

describe('sealing', () => {
  test('[B2] SPEC 6.10: only who made the key opens what was sealed to it, and only for the link it was sealed for', async () => {
    const [bob, mallory] = [await newSealKey(crypto), await newSealKey(crypto)];
    expect(bob.publicKey).toHaveLength(65);
    const sealed = await seal(crypto, bob.publicKey, LINK, SECRET);
    expect(sealed).toHaveLength(65 + SECRET.byteLength + 16);
    await expect(unseal(crypto, bob, LINK, sealed)).resolves.toEqual(SECRET);
    await expect(unseal(crypto, mallory, LINK, sealed)).resolves.toBeUndefined();
    await expect(unseal(crypto, bob, fill(32, 2), sealed)).resolves.toBeUndefined();
    // The public key is part of the key's derivation: another one with the same private key opens nothing.
    const renamed = { ...bob, publicKey: mallory.publicKey };
    await expect(unseal(crypto, renamed, LINK, sealed)).resolves.toBeUndefined();
  });

  test('[B2] SPEC 6.10: what was sealed twice differs, and a changed byte anywhere opens nothing', async () => {
    const bob = await newSealKey(crypto);
    const sealed = await seal(crypto, bob.publicKey, LINK, SECRET);
    await expect(seal(crypto, bob.publicKey, LINK, SECRET)).resolves.not.toEqual(sealed);
    for (let at = 0; at < sealed.byteLength; at += 1)
      await expect(unseal(crypto, bob, LINK, flipped(sealed, at))).resolves.toBeUndefined();
    for (const cut of [0, 1, 64, 65, 80, sealed.byteLength - 1])
      await expect(unseal(crypto, bob, LINK, sealed.subarray(0, cut))).resolves.toBeUndefined();
    await expect(unseal(crypto, bob, LINK, concatBytes(sealed, fill(1, 0)))).resolves.toBeUndefined();
  });

  test.each([
    ['no point of the curve', concatBytes(fill(1, 4), fill(64, 1))],
    ['the point at infinity', fill(65, 0)],
    ['a compressed point', concatBytes(fill(1, 2), fill(32, 1))],
  ])('[B2] nothing is sealed to %s', async (_, point) => {
    await expect(seal(crypto, point, LINK, SECRET)).rejects.toThrow();
  });

  test.each([
    ['offer', { seal: fill(65, 4) }, true],
    ['offer', { seal: fill(64, 4) }, false],
    ['offer', { seal: 'key' }, false],
    ['answer', { sealed: fill(4096, 4) }, true],
    ['answer', { sealed: fill(4097, 4) }, false],
    ['answer', { sealed: true }, false],
  ] as const)('[B9] SPEC 4.5: an %s with %j is taken or not', (kind, more, taken) => {
    const found = peerMessages.find((message) => message.kind === kind);
    expect(checkBody(kind, { ...found, ...more }).ok).toBe(taken);
  });
});
