import { encodeValue, signatureInput, type PeerId, type Value } from '@conclave/protocol';
import { createSign, generateKeyPairSync } from 'node:crypto';

import type { Peer } from '../support/peer.js';
import { throughout, until } from '../support/wait.js';
import { connectAll, linksOf, play } from './support/actions.js';
import { takeApart, useCast } from './support/cast.js';

const cast = useCast('alice', 'bob');

const pack = (value: unknown): Uint8Array => {
  const encoded = encodeValue(value, Infinity);
  if (!encoded.ok) throw new Error(encoded.code);
  return encoded.value;
};

/** The same description with another certificate in it. */
const otherCertificate = (sdp: Value | undefined): string =>
  (sdp as string).replaceAll(
    /(a=fingerprint:sha-256 )\S+/g,
    `$1${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  );

/** A key of the rendezvous' own. */
const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ownSpki = new Uint8Array(own.publicKey.export({ type: 'spki', format: 'der' }));
const ownSign = (bytes: Uint8Array) =>
  new Uint8Array(
    createSign('SHA256')
      .update(signatureInput('envelope', bytes))
      .sign({ key: own.privateKey, dsaEncoding: 'ieee-p1363' }),
  );

type Parts = ReturnType<typeof takeApart>;
const change = (parts: Parts, body: Record<string, Value>, head: Partial<Parts['content']> = {}) =>
  pack({ ...parts.content, ...head, body: { ...parts.content.body, ...body } });

/** What a rendezvous may do to an offer or an answer, and how whoever gets it refuses. */
const LIES: Record<string, readonly [(parts: Parts) => Uint8Array, string]> = {
  'another certificate in the description': [
    (parts) =>
      pack([
        change(parts, { sdp: otherCertificate(parts.content.body['sdp']) }),
        parts.spki,
        parts.signature,
      ]),
    'auth/signature',
  ],
  'one byte of the commitment flipped': [
    (parts) => {
      const flipped = Uint8Array.from(parts.content.body['commitment'] as Uint8Array);
      flipped[0]! ^= 1;
      return pack([change(parts, { commitment: flipped }), parts.spki, parts.signature]);
    },
    'auth/signature',
  ],
  'a description of its own, signed by itself in the name of the sender': [
    (parts) => {
      const signed = change(parts, { sdp: otherCertificate(parts.content.body['sdp']) });
      return pack([signed, ownSpki, ownSign(signed)]);
    },
    'identity/mismatch',
  ],
  'another receiver': [
    (parts) => pack([change(parts, {}, { to: parts.content.from }), parts.spki, parts.signature]),
    'identity/mismatch',
  ],
  'a signature of zeros': [(parts) => pack([parts.signed, parts.spki, new Uint8Array(64)]), 'auth/signature'],
};

const listen = (peer: Peer) =>
  peer.evaluate(() => {
    kit.keep.connection.on('refused', (code) => kit.keep.heard.push(code));
    kit.keep.connection.publish('camera', { onPeerConnect: () => kit.keep.heard.push('asked') > 0 });
  });

test.each(
  Object.keys(LIES).flatMap((lie) => [
    ['offer', lie],
    ['answer', lie],
  ]),
)('[B4] a rendezvous that puts into an %s %s is seen at once, and there is no link', async (kind, lie) => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId] = await connectAll(cast.url, alice, bob);
  await Promise.all([listen(alice), listen(bob)]);
  const [meddle, code] = LIES[lie]!;
  cast.meddle = (envelope) => {
    const parts = takeApart(envelope);
    return [parts.content.kind === kind ? meddle(parts) : envelope];
  };
  await bob.evaluate((farId: PeerId) => {
    kit.keep.incoming['camera'] = kit.keep.connection.play(farId, 'camera');
  }, aliceId!);
  const victim = kind === 'offer' ? alice : bob;
  await until(() => victim.evaluate(() => kit.keep.heard.length > 0), { within: 5_000, what: 'a refusal' });
  await throughout(500, async () => {
    expect(await victim.evaluate(() => kit.keep.heard[0])).toBe(code);
    for (const peer of [alice, bob]) {
      expect(await linksOf(peer)).toEqual([]);
      expect(await peer.evaluate(() => kit.keep.heard.includes('asked'))).toBe(false);
      expect(await peer.evaluate(() => witnessed.some(({ pc }) => pc.connectionState === 'connected'))).toBe(
        false,
      );
    }
  });
});

test('[B2] a rendezvous that passes everything on three times changes nothing: copies are dropped', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId, bobId] = await connectAll(cast.url, alice, bob);
  await Promise.all([listen(alice), listen(bob)]);
  const former: Uint8Array[] = [];
  cast.meddle = (envelope) => {
    former.push(envelope);
    return [envelope, envelope, envelope];
  };
  expect(await play(bob, aliceId!, 'camera')).toBe('playing');
  expect(await linksOf(alice)).toEqual([bobId]);
  for (const peer of [alice, bob]) {
    await until(() => peer.evaluate(() => kit.keep.heard.includes('peer/replayed')), {
      within: 5_000,
      what: 'a copy is refused',
    });
    const heard = await peer.evaluate(() => [...new Set(kit.keep.heard as string[])].sort());
    expect(heard).toEqual(peer === alice ? ['asked', 'peer/replayed'] : ['peer/replayed']);
    expect(await peer.evaluate(() => witnessed.length)).toBe(1);
  }
  expect(await alice.evaluate(() => kit.keep.heard.filter((what) => what === 'asked').length)).toBe(1);
});
