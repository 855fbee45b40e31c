import type { PeerId, ServerMessage } from '@conclave/protocol';

import { play } from '../../node/support/actions.js';
import { enter, messageFrom, nothingHappens, standingCall } from '../support/honest.js';
import { joinWithCamera } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test('[B2] answers that come when nobody waits any longer are nobody’s: rendezvous/timeout, no link; the call goes on', async () => {
  const call = await standingCall(cast);
  const charlie = cast.peer('charlie');
  await enter(charlie, cast);
  const late: (readonly [PeerId, ServerMessage])[] = [];
  cast.rendezvous.lies.answer = (honest, _, from) => {
    late.push([from, honest]);
    return [];
  };
  cast.rendezvous.lies.pass = () => [];
  const outcomes = await Promise.all([
    play(charlie, call.aliceId, 'camera'),
    joinWithCamera(charlie, 'garden'),
    messageFrom(call.bob, call.aliceId),
  ]);
  expect(outcomes).toEqual(['rendezvous/timeout', 'rendezvous/timeout', 'rendezvous/timeout']);
  expect(late.map(([, { t }]) => t)).toEqual(expect.arrayContaining(['card', 'joined']));
  for (const [to, answer] of late) cast.rendezvous.tell(to, answer);
  await Promise.all([call.goesOn(), nothingHappens(charlie)]);
});
