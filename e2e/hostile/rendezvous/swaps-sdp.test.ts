import { play } from '../../node/support/actions.js';
import {
  ownKey,
  putTogether,
  reword,
  sdpOf,
  signAnew,
  takeApart,
  withOtherFingerprint,
  type Parts,
} from '../support/envelopes.js';
import { enter, nothingHappens, standingCall, untilRefused } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');
const key = ownKey();

const swapped = (parts: Parts) => reword(parts, { sdp: withOtherFingerprint(sdpOf(parts)) });
const signedByItself = (parts: Parts) => signAnew(swapped(parts), key);

test.each([
  ['offer', 'nobody has signed', 'auth/signature', swapped],
  ['answer', 'nobody has signed', 'auth/signature', swapped],
  ['offer', 'it signs itself', 'identity/mismatch', signedByItself],
  ['answer', 'it signs itself', 'identity/mismatch', signedByItself],
] as const)(
  '[B2] a rendezvous that puts into an %s a description that %s gets %s; the call goes on',
  async (kind, _, code, lie) => {
    const call = await standingCall(cast);
    const charlie = cast.peer('charlie');
    await enter(charlie, cast);
    cast.rendezvous.lies.pass = (passed) =>
      passed.kind === kind
        ? [{ ...passed, envelope: putTogether(lie(takeApart(passed.envelope))) }]
        : [passed];
    void play(charlie, call.aliceId, 'camera');
    await untilRefused(kind === 'offer' ? call.alice : charlie, code);
    await Promise.all([call.goesOn(), nothingHappens(charlie)]);
  },
);
