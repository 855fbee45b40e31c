import { createHash, generateKeyPairSync } from 'node:crypto';

import {
  isPeerId,
  isSpki,
  peerIdOf,
  sign,
  signatureInput,
  toHex,
  utf8,
  verify,
  type Purpose,
} from '@conclave/protocol';

import { actor, fill, flipped, hex, subtle, type Actor } from './support/actors.js';
import { vector } from './support/spec.js';

const purposes: readonly Purpose[] = ['register', 'card', 'envelope', 'link-proof', 'name'];
const message = utf8('hello');
let alice: Actor;
let bob: Actor;
beforeAll(async () => {
  alice = await actor('alice');
  bob = await actor('bob');
});

/** A subtle that fails the test when something is hashed. */
const hashesNothing = {
  ...subtle,
  digest: () => Promise.reject(new Error('hashed')),
} as unknown as typeof subtle;

function spkiOf(namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named'): Uint8Array {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve, paramEncoding });
  return publicKey.export({ type: 'spki', format: 'der' });
}

describe('identity', () => {
  test('[B1] SPEC 2.1: the key of an actor has the one accepted form', () => {
    expect(alice.spki).toEqual(vector('alice.spki'));
    expect(bob.spki).toEqual(vector('bob.spki'));
    expect(isSpki(alice.spki)).toBe(true);
  });

  test('[B1] SPEC 2.1: a compressed point is refused before hashing', async () => {
    const { x, y } = { x: alice.spki.subarray(27, 59), y: alice.spki.subarray(59) };
    const compressed = hex(
      `3039301306072a8648ce3d020106082a8648ce3d030107032200${(y.at(-1) as number) % 2 ? '03' : '02'}${toHex(x)}`,
    );
    // WebCrypto and Node take it for the same key: it would be a second ID for it.
    expect(isSpki(compressed)).toBe(false);
    await expect(peerIdOf(hashesNothing, compressed)).resolves.toBeUndefined();
  });

  test.each<[string, () => Uint8Array]>([
    ['a hybrid point', () => flipped(alice.spki, 26, 0x02)],
    ['another curve', () => spkiOf('secp256k1')],
    ['a longer curve', () => spkiOf('secp384r1')],
    ['explicit parameters', () => spkiOf('prime256v1', 'explicit')],
    ['a byte behind the key', () => hex(`${toHex(alice.spki)}00`)],
    ['a missing byte', () => alice.spki.subarray(0, 90)],
    ['nothing', () => new Uint8Array(0)],
    ['a changed prefix', () => flipped(alice.spki, 3)],
  ])('[B1] SPEC 2.1: %s is refused before hashing', async (_, spki) => {
    expect(isSpki(spki())).toBe(false);
    await expect(peerIdOf(hashesNothing, spki())).resolves.toBeUndefined();
  });

  test('[B1] SPEC 2.2: a peer ID is the SHA-256 of the SPKI, 64 lower-case hexadecimal characters', async () => {
    expect(alice.peerId).toBe(createHash('sha256').update(alice.spki).digest('hex'));
    expect(alice.peerId).toBe(toHex(vector('alice.peerId')));
    expect(bob.peerId).toBe(toHex(vector('bob.peerId')));
    expect(alice.peerId).toMatch(/^[0-9a-f]{64}$/);
    await expect(peerIdOf(subtle, Buffer.from(alice.spki))).resolves.toBe(alice.peerId);
  });

  test('SPEC 2.2: only such text is a peer ID', () => {
    expect(isPeerId(alice.peerId)).toBe(true);
    const others = [
      alice.peerId.toUpperCase(),
      `${alice.peerId}\n`,
      alice.peerId.slice(1),
      '',
      64,
      [alice.peerId],
      null,
    ];
    for (const other of others) expect(isPeerId(other)).toBe(false);
  });

  test('[B3] SPEC 2.3: a signature verifies under its own key only', async () => {
    const signature = await sign(alice, 'card', message);
    expect(signature).toHaveLength(64);
    await expect(verify(subtle, 'card', alice.spki, signature, message)).resolves.toBe(true);
    await expect(verify(subtle, 'card', bob.spki, signature, message)).resolves.toBe(false);
    await expect(verify(subtle, 'card', alice.spki, signature, utf8('hellp'))).resolves.toBe(false);
  });

  test('SPEC 2.3: one flipped bit of a signature is one too many', async () => {
    const signature = await sign(alice, 'card', message);
    for (let at = 0; at < 64; at++) {
      await expect(verify(subtle, 'card', alice.spki, flipped(signature, at), message)).resolves.toBe(false);
    }
  });

  test('SPEC 2.3: signatures of another length and keys off the curve do not verify, and nothing throws', async () => {
    const signature = await sign(alice, 'card', message);
    const offCurve = flipped(alice.spki, 90);
    for (const wrong of [
      new Uint8Array(0),
      signature.subarray(1),
      hex(`${toHex(signature)}00`),
      fill(64, 0),
      fill(64, 255),
    ]) {
      await expect(verify(subtle, 'card', alice.spki, wrong, message)).resolves.toBe(false);
    }
    expect(isSpki(offCurve)).toBe(true);
    await expect(verify(subtle, 'card', offCurve, signature, message)).resolves.toBe(false);
    await expect(verify(subtle, 'card', fill(91, 4), signature, message)).resolves.toBe(false);
  });

  test('SPEC 2.4: what is signed names version and purpose', () => {
    expect(signatureInput('card', fill(2, 0xab))).toEqual(vector('signatureInput'));
  });

  test('[B2] SPEC 2.4: a signature for one purpose verifies for no other', async () => {
    for (const purpose of purposes) {
      const signature = await sign(alice, purpose, message);
      for (const other of purposes) {
        await expect(verify(subtle, other, alice.spki, signature, message)).resolves.toBe(other === purpose);
      }
    }
  });
});
