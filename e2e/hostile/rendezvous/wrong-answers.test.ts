import type { ServerMessage } from '@conclave/protocol';

import { play } from '../../node/support/actions.js';
import { enter, messageFrom, nothingHappens, standingCall } from '../support/honest.js';
import { joinWithCamera } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test('[B2] an answer of another kind than was asked for gets rendezvous/bad-frame, and no link; the call goes on', async () => {
  const call = await standingCall(cast);
  const charlie = cast.peer('charlie');
  await enter(charlie, cast);
  const { rendezvous } = cast;
  rendezvous.lies.answer = ({ t }: ServerMessage, { id }) =>
    t === 'done' ? [{ t: 'card', id, card: rendezvous.cardOf(call.bobId) }] : [{ t: 'done', id }];
  rendezvous.lies.pass = () => [];
  expect(await play(charlie, call.aliceId, 'camera')).toBe('rendezvous/bad-frame');
  expect(await joinWithCamera(charlie, 'garden')).toBe('rendezvous/bad-frame');
  expect(await messageFrom(call.bob, call.aliceId)).toBe('rendezvous/bad-frame');
  await Promise.all([call.goesOn(), nothingHappens(charlie)]);
});

test('[B2] answers to what nobody has asked are ignored; the call goes on', async () => {
  const call = await standingCall(cast);
  const { rendezvous } = cast;
  for (let id = 0; id < 1_000; id += 1) {
    rendezvous.tell(
      call.aliceId,
      { t: 'done', id },
      { t: 'failed', id, code: 'identity/mismatch' },
      { t: 'card', id, card: rendezvous.cardOf(call.bobId) },
      { t: 'joined', id, room: 'garden', members: [] },
    );
  }
  await call.goesOn();
});
