import type { PeerId } from '@conclave/core';

import { mediaBytes, play } from '../../node/support/actions.js';
import type { Peer } from '../../support/peer.js';
import { takeApart } from '../support/envelopes.js';
import { enter, recordOf, untilRefused } from '../support/honest.js';
import { joinWithCamera } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'charlie');

/** What somebody has said through the rendezvous names addresses. */
const toldAddresses = (peerId: PeerId) =>
  cast.rendezvous.tape.some(
    ({ from, envelope }) =>
      from === peerId && JSON.stringify(takeApart(envelope).content.body).includes('typ host'),
  );

/** Somebody who publishes for a secret room and for nobody else. */
async function enterSecretly(peer: Peer): Promise<PeerId> {
  const peerId = await enter(peer, cast);
  await peer.evaluate(() => kit.keep.outgoing['camera']!.close());
  const secret = await peer.evaluate(() => conclave.createRoomSecret());
  expect(await joinWithCamera(peer, 'garden', { secret })).toBe('joined');
  return peerId;
}

test('[B2] a stranger who calls one in a secret room gets no link and no media, but is told addresses', async () => {
  const [alice, charlie] = [cast.peer('alice'), cast.peer('charlie')];
  const aliceId = await enterSecretly(alice);
  await enter(charlie, cast);
  expect(await play(charlie, aliceId, 'camera')).not.toBe('playing');
  await untilRefused(alice, 'room/not-admitted');
  expect((await recordOf(alice)).links).toEqual({});
  expect((await recordOf(alice)).happened).not.toContain('asked');
  expect(await mediaBytes(charlie)).toBe(0);
  expect(toldAddresses(aliceId)).toBe(true);
});
