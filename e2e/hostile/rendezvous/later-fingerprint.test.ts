import { play } from '../../node/support/actions.js';
import { putTogether, reword, sdpOf, takeApart, withOtherFingerprint } from '../support/envelopes.js';
import { enter, nothingHappens, recordOf, standingCall, untilRefused } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';
import { joinBetween } from '../support/own-peer.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test('[B2] a rendezvous that describes a call anew with another fingerprint gets auth/signature; the call goes on', async () => {
  const call = await standingCall(cast);
  for (const { kind, to, envelope } of [...cast.rendezvous.tape]) {
    if (kind !== 'offer' && kind !== 'answer') continue;
    const parts = takeApart(envelope);
    const body = { sdp: withOtherFingerprint(sdpOf(parts)), revision: 2 };
    cast.rendezvous.deliver(to, putTogether(reword(parts, body, { counter: 100 })));
  }
  await untilRefused(call.alice, 'auth/signature');
  await untilRefused(call.bob, 'auth/signature');
  await call.goesOn();
});

test('[B2] a peer of its own that describes itself once more, with another fingerprint, gets link/bad-description', async () => {
  const call = await standingCall(cast);
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  const mallory = await joinBetween(cast, charlieId, call.aliceId, (message) =>
    message.kind === 'answer'
      ? [message, { ...message, sdp: withOtherFingerprint(message.sdp), revision: 2 }]
      : [message],
  );
  expect(await play(charlie, mallory.peerId, 'camera')).toBe('link/bad-description');
  await Promise.all([call.goesOn(), nothingHappens(charlie)]);
  expect((await recordOf(charlie)).refused).toEqual(['link/bad-description']); // both were signed: by her
});
