import { peerIdOf, sign, verify } from '@conclave/protocol';
import { createHash } from 'node:crypto';

import { Identity, randomBytes, signerOf, subtle } from '../src/identity/identity.js';

test('[B1] a peer ID is the SHA-256 of the public key, in 64 characters of lower-case hex', async () => {
  const identity = await Identity.create();
  const { spki } = signerOf(identity);
  expect(identity.peerId).toMatch(/^[0-9a-f]{64}$/);
  expect(identity.peerId).toBe(createHash('sha256').update(spki).digest('hex'));
  expect(await peerIdOf(subtle(), spki)).toBe(identity.peerId);
  expect(spki).toHaveLength(91);
});

test('[B1] every identity is another one, and none outlives the page', async () => {
  const identities = await Promise.all(Array.from({ length: 8 }, () => Identity.create()));
  expect(new Set(identities.map(({ peerId }) => peerId)).size).toBe(8);
  expect(identities.every(({ persistent }) => !persistent)).toBe(true);
});

test('[B1] the private key cannot be taken out, and the identity cannot be changed', async () => {
  const identity = await Identity.create();
  const { privateKey } = signerOf(identity);
  await expect(globalThis.crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow();
  expect(Object.isFrozen(identity)).toBe(true);
  expect(Object.keys(identity)).toEqual(['peerId', 'persistent']);
});

test('[B3] who writes down the ID of another one cannot sign for it', async () => {
  const alice = await Identity.create();
  const mallory = { peerId: alice.peerId, persistent: false };
  expect(() => signerOf(mallory)).toThrow(expect.objectContaining({ code: 'usage/invalid-argument' }));
});

test('[B1] what an identity signs is verified by its key alone, for its purpose alone', async () => {
  const [alice, bob] = [signerOf(await Identity.create()), signerOf(await Identity.create())];
  const bytes = randomBytes(32);
  const signature = await sign(alice, 'envelope', bytes);
  expect(await verify(subtle(), 'envelope', alice.spki, signature, bytes)).toBe(true);
  expect(await verify(subtle(), 'envelope', bob.spki, signature, bytes)).toBe(false);
  expect(await verify(subtle(), 'register', alice.spki, signature, bytes)).toBe(false);
});
