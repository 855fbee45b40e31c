import { until } from '../../support/wait.js';
import { roomCall, participantsOf } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] a rendezvous that reports everybody as left ends no call: both stay present to each other', async () => {
  const call = await roomCall(cast);
  const { rendezvous } = cast;
  for (const [to, peer] of [
    [call.aliceId, call.bobId],
    [call.bobId, call.aliceId],
  ] as const) {
    rendezvous.tell(to, { t: 'member-left', room: 'garden', peer });
    rendezvous.tell(to, { t: 'member-left', room: 'garden', peer: to }); // and it itself
  }
  await call.goesOn();
});

test('[B2] a rendezvous that has forgotten everybody, and lists nobody again, ends no call', async () => {
  const call = await roomCall(cast);
  const { rendezvous } = cast;
  rendezvous.lies.answer = (honest) => [honest.t === 'joined' ? { ...honest, members: [] } : honest];
  const before = rendezvous.registrations.length;
  for (const peer of [call.aliceId, call.bobId])
    rendezvous.tell(peer, { t: 'refused', code: 'rendezvous/shutting-down' });
  await until(() => rendezvous.registrations.length === before + 2, {
    within: 10_000,
    what: 'both are back',
  });
  await call.goesOn();
  for (const [peer, other] of [
    [call.alice, call.bobId],
    [call.bob, call.aliceId],
  ] as const)
    expect(await participantsOf(peer)).toEqual({ [other]: 'present' });
});
