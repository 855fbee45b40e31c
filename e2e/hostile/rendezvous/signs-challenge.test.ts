import {
  openCard,
  proofBytes,
  registrationBytes,
  verify,
  type Purpose,
  type Subtle,
} from '@conclave/protocol';
import { createHash, webcrypto } from 'node:crypto';

import { play } from '../../node/support/actions.js';
import { pack, putTogether, takeApart } from '../support/envelopes.js';
import { enter, nothingHappens, reload, standingCall, untilRefused } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');
const subtle = webcrypto.subtle as unknown as Subtle<unknown>;
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

test('[B2] who is asked to sign an envelope as a challenge signs nothing but a registration', async () => {
  const { alice, bob, aliceId, bobId } = await standingCall(cast);
  const { rendezvous } = cast;
  // What the liar would like alice to have signed: an envelope of hers to bob, a card, a proof of a link.
  const [answer] = rendezvous.taped('answer', aliceId);
  const { signed, spki } = takeApart(answer!.envelope);
  const card = await openCard(subtle, rendezvous.cardOf(aliceId));
  if (!card.ok) throw new Error(card.code);
  const { epoch, versions, persistent } = card.value;
  const cardContent = pack({ spki, epoch, versions, persistent });
  const wishes = [signed, cardContent, proofBytes(sha256(signed), aliceId), pack([signed, spki])];

  const registered = rendezvous.registrations.length;
  for (const wish of wishes) {
    rendezvous.lies.challenge = () => sha256(wish);
    await reload(alice, cast);
  }
  rendezvous.lies = {};

  const registrations = rendezvous.registrations.slice(registered);
  expect(registrations).toHaveLength(wishes.length);
  const purposes: Purpose[] = ['card', 'envelope', 'link-proof', 'name', 'register'];
  for (const [index, registration] of registrations.entries()) {
    const { signature, nonce, origin, key, epoch: life, versions: offered } = registration;
    const challenge = sha256(wishes[index]!);
    const facts = { origin, key, challenge, nonce, peerId: aliceId, epoch: life, versions: offered };
    const said = registrationBytes(facts);
    // It is what it says it is, and for this very challenge,
    expect(await verify(subtle, 'register', spki, signature, said)).toBe(true);
    // but nothing else under any purpose, and not even its own bytes under another one.
    const others = [...wishes, challenge, proofBytes(challenge, aliceId)];
    for (const purpose of purposes) {
      for (const bytes of others) expect(await verify(subtle, purpose, spki, signature, bytes)).toBe(false);
      if (purpose !== 'register') expect(await verify(subtle, purpose, spki, signature, said)).toBe(false);
    }
    rendezvous.deliver(bobId, putTogether({ signed, spki, signature }));
  }
  await untilRefused(bob, 'auth/signature', wishes.length);
  rendezvous.lies.answer = (honest) =>
    honest.t === 'card' ? [{ ...honest, card: pack([cardContent, registrations[1]!.signature]) }] : [honest];
  await reload(bob, cast);
  expect(await play(bob, aliceId, 'camera')).toBe('auth/signature');
  await nothingHappens(alice, bob);
});

test('[B2] a second challenge on one socket is not signed: rendezvous/bad-frame', async () => {
  const [alice] = [cast.peer('alice')];
  cast.rendezvous.lies.welcome = (honest) => [{ t: 'challenge', challenge: new Uint8Array(32) }, honest];
  await expect(enter(alice, cast)).rejects.toMatchObject({ code: 'rendezvous/bad-frame' });
  expect(cast.rendezvous.registrations).toHaveLength(1);
});

test('[B2] a challenge in the middle of a call is not signed; the call goes on', async () => {
  const call = await standingCall(cast);
  const before = cast.rendezvous.registrations.length;
  const challenge = new Uint8Array(32);
  cast.rendezvous.tell(call.aliceId, { t: 'challenge', challenge });
  // Alice distrusts this socket and dials anew, as for any frame that is out of place.
  await call.goesOn();
  for (const { signature, spki, ...said } of cast.rendezvous.registrations.slice(before)) {
    const bytes = registrationBytes({ ...said, challenge, peerId: call.aliceId });
    expect(await verify(subtle, 'register', spki, signature, bytes)).toBe(false);
  }
});
