import { play } from '../../node/support/actions.js';
import { putTogether, reword, sdpOf, takeApart, withSecondFingerprint } from '../support/envelopes.js';
import { enter, nothingHappens, standingCall, untilRefused } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';
import { joinBetween } from '../support/own-peer.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test.each(['offer', 'answer'])(
  '[B2] a rendezvous that appends a second fingerprint to an %s gets auth/signature; the call goes on',
  async (kind) => {
    const call = await standingCall(cast);
    const charlie = cast.peer('charlie');
    await enter(charlie, cast);
    cast.rendezvous.lies.pass = (passed) => {
      if (passed.kind !== kind) return [passed];
      const parts = takeApart(passed.envelope);
      const sdp = withSecondFingerprint(sdpOf(parts));
      return [{ ...passed, envelope: putTogether(reword(parts, { sdp })) }];
    };
    void play(charlie, call.aliceId, 'camera');
    await untilRefused(kind === 'offer' ? call.alice : charlie, 'auth/signature');
    await Promise.all([call.goesOn(), nothingHappens(charlie)]);
  },
);

test('[B2] a peer of its own that describes itself with two fingerprints gets link/bad-description', async () => {
  const call = await standingCall(cast);
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  const mallory = await joinBetween(cast, charlieId, call.aliceId, (message) => [
    message.kind === 'answer' ? { ...message, sdp: withSecondFingerprint(message.sdp) } : message,
  ]);
  expect(await play(charlie, mallory.peerId, 'camera')).toBe('link/bad-description');
  await Promise.all([call.goesOn(), nothingHappens(charlie)]);
});
