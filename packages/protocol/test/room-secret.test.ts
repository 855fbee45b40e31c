import { createHmac, hkdfSync } from 'node:crypto';

import {
  canonical,
  concatBytes,
  decodeControlFrame,
  encodeControlFrame,
  roomProof,
  roomProofKey,
  secretRoomId,
  toHex,
  utf8,
  type KeyDerivation,
  type Mac,
} from '@conclave/protocol';

import { actor, fill, subtle, type Actor, type Key } from './support/actors.js';
import { vector } from './support/spec.js';

const crypto = subtle as unknown as KeyDerivation<Key> & Mac<Key>;
const SECRET = fill(32, 8);
const derived = (label: string, room = 'tea', secret = SECRET): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), canonical([label, room]), 32));

describe('room secret', () => {
  let alice: Actor;
  let bob: Actor;
  beforeAll(async () => {
    alice = await actor('alice');
    bob = await actor('bob');
  });

  test('[B2] SPEC 6.8: the rendezvous is given a name that tells neither the secret nor the room', async () => {
    const id = await secretRoomId(crypto, SECRET, 'tea');
    expect(id).toBe(toHex(derived('conclave/1/room-id')));
    expect(id).toBe(toHex(vector('room.id')));
    expect(await secretRoomId(crypto, SECRET, 'coffee')).not.toBe(id);
    expect(await secretRoomId(crypto, fill(32, 9), 'tea')).not.toBe(id);
  });

  test('[B2] SPEC 6.9: a proof is good for one end of one link and one room', async () => {
    const transcript = vector('transcript');
    const key = await roomProofKey(crypto, SECRET, 'tea');
    const proof = await roomProof(crypto, key, transcript, alice.peerId);
    const expected = createHmac('sha256', derived('conclave/1/room-proof'))
      .update(concatBytes(transcript, utf8(alice.peerId)))
      .digest();
    expect(proof).toEqual(new Uint8Array(expected));
    expect(proof).toEqual(vector('alice.roomProof'));
    const others = [
      roomProof(crypto, key, transcript, bob.peerId), // reflected
      roomProof(crypto, key, fill(32, 1), alice.peerId), // of another link
      roomProof(crypto, await roomProofKey(crypto, SECRET, 'coffee'), transcript, alice.peerId),
      roomProof(crypto, await roomProofKey(crypto, fill(32, 9), 'tea'), transcript, alice.peerId),
    ];
    for (const other of others) await expect(other).resolves.not.toEqual(proof);
  });

  test('[B2] SPEC 6.9: what names the room proves nothing: another label, another key', () => {
    expect(derived('conclave/1/room-id')).not.toEqual(derived('conclave/1/room-proof'));
  });

  test.each([
    ['rooms', [fill(32, 3)], true],
    ['rooms', Array.from({ length: 32 }, () => fill(32, 3)), true],
    ['rooms', Array.from({ length: 33 }, () => fill(32, 3)), false],
    ['rooms', [fill(31, 3)], false],
    ['rooms', fill(32, 3), false],
    ['persistent', true, true],
    ['persistent', 1, false],
  ])('[B9] SPEC 7.1: a proof whose %s are of this form is taken or not', (key, value, taken) => {
    const proof = { t: 'proof', value: fill(32, 1), proof: fill(64, 2), [key]: value };
    expect(decodeControlFrame(encodeControlFrame(proof as never)).ok).toBe(taken);
  });
});
