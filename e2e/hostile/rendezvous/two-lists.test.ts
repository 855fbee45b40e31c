import { untilFrames } from '../../node/support/actions.js';
import { until } from '../../support/wait.js';
import { enter } from '../support/honest.js';
import { joinWithCamera, participantsOf, roomCall } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test('[B2] who is listed to one of two only meets that one; the call of the two goes on', async () => {
  const call = await roomCall(cast);
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  const { rendezvous } = cast;
  // Alice is told of charlie, bob is not; charlie is told of alice only.
  rendezvous.lies.event = (honest, to) => (to === call.bobId ? [] : [honest]);
  rendezvous.lies.answer = (honest, _, from) =>
    honest.t === 'joined' && from === charlieId
      ? [{ ...honest, members: honest.members.filter(({ card }) => card !== rendezvous.cardOf(call.bobId)) }]
      : [honest];
  expect(await joinWithCamera(charlie, 'garden')).toBe('joined');
  await until(async () => (await participantsOf(charlie))[call.aliceId] === 'present', {
    within: 10_000,
    what: 'charlie meets alice',
  });
  await untilFrames(charlie);
  await call.goesOn();
  expect(Object.keys(await participantsOf(call.bob))).toEqual([call.aliceId]);
  expect(Object.keys(await participantsOf(charlie))).toEqual([call.aliceId]);
  expect(Object.keys(await participantsOf(call.alice))).toEqual([call.bobId, charlieId]);
});
