import { openCard, type PeerId, type ServerMessage, type Subtle } from '@conclave/protocol';
import { webcrypto } from 'node:crypto';

import { afterwards } from '../../support/afterwards.js';
import { Mallory } from '../../node/support/mallory.mjs';
import { play } from '../../node/support/actions.js';
import { ownKey, pack, takeApart } from '../support/envelopes.js';
import { enter, messageFrom, nothingHappens, reload, standingCall } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');
const subtle = webcrypto.subtle as unknown as Subtle<unknown>;

/** A stranger comes beside the call of alice and bob; look-ups are answered with a lie. */
async function withLie(cardInstead: (looked: PeerId) => Uint8Array | Promise<Uint8Array>) {
  const call = await standingCall(cast);
  const charlie = cast.peer('charlie');
  await enter(charlie, cast);
  const instead = await cardInstead(call.aliceId);
  cast.rendezvous.lies.answer = (honest: ServerMessage) =>
    honest.t === 'card' ? [{ ...honest, card: instead }] : [honest];
  return { call, charlie };
}

test('[B2] a rendezvous that answers a look-up with a peer of its own gets identity/mismatch; the call goes on', async () => {
  const mallory = afterwards(await Mallory.join(cast.rendezvous.url));
  const { call, charlie } = await withLie(() => cast.rendezvous.cardOf(mallory.peerId));
  expect(await play(charlie, call.aliceId, 'camera')).toBe('identity/mismatch');
  expect(await messageFrom(charlie, call.aliceId)).toBe('identity/mismatch');
  await Promise.all([call.goesOn(), nothingHappens(charlie)]);
  expect(mallory.received).toEqual([]);
});

test('[B2] a card that it signs itself in the name of who is looked up gets auth/signature; the call goes on', async () => {
  const key = ownKey();
  const { call, charlie } = await withLie(async (aliceId) => {
    const card = await openCard(subtle, cast.rendezvous.cardOf(aliceId));
    if (!card.ok) throw new Error(card.code);
    const { spki, versions, persistent } = card.value;
    const content = pack({ spki, epoch: new Uint8Array(16), versions, persistent });
    return pack([content, key.sign('card', content)]);
  });
  expect(await play(charlie, call.aliceId, 'camera')).toBe('auth/signature');
  await Promise.all([call.goesOn(), nothingHappens(charlie)]);
});

test('[B2] a card of an earlier life leads to no link but the true one', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const aliceId = await enter(alice, cast);
  const old = cast.rendezvous.cardOf(aliceId);
  await reload(alice, cast);
  await enter(bob, cast);
  cast.rendezvous.lies.answer = (honest) => (honest.t === 'card' ? [{ ...honest, card: old }] : [honest]);
  // Alice says which life she lives, signed; the rendezvous has to pass that on, or there is no call.
  cast.rendezvous.lies.pass = (passed) => (passed.kind === 'stale' ? [] : [passed]);
  const playing = play(bob, aliceId, 'camera');
  await nothingHappens(alice, bob);
  cast.rendezvous.lies = {};
  const [stale] = cast.rendezvous.taped('stale', aliceId);
  cast.rendezvous.deliver(stale!.to, stale!.envelope);
  expect(await playing).toBe('playing');
  expect(takeApart(cast.rendezvous.taped('answer', aliceId)[0]!.envelope).content.from).toBe(aliceId);
});
