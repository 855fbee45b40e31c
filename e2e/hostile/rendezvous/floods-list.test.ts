import { until } from '../../support/wait.js';
import { participantsOf, roomCall } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] a list that names one member 256 times is one member; the call goes on', async () => {
  const call = await roomCall(cast);
  const { rendezvous } = cast;
  const card = rendezvous.cardOf(call.bobId);
  let listed = 0;
  rendezvous.lies.answer = (honest) => {
    if (honest.t !== 'joined') return [honest];
    listed += 1;
    return [{ ...honest, members: Array.from({ length: 256 }, (_, order) => ({ card, order })) }];
  };
  rendezvous.tell(call.aliceId, { t: 'refused', code: 'rendezvous/lost' });
  await until(() => listed === 1, { within: 10_000, what: 'alice joins again' });
  await call.goesOn();
  expect(await participantsOf(call.alice)).toEqual({ [call.bobId]: 'present' });
});

test('[B2] 10,000 events about one member are one member; the call goes on', async () => {
  const call = await roomCall(cast);
  const { rendezvous } = cast;
  const card = rendezvous.cardOf(call.bobId);
  for (let order = 0; order < 5_000; order += 1) {
    rendezvous.tell(
      call.aliceId,
      { t: 'member-joined', room: 'garden', member: { card, order } },
      { t: 'member-left', room: 'garden', peer: call.bobId },
    );
  }
  await call.goesOn();
  expect(await participantsOf(call.alice)).toEqual({ [call.bobId]: 'present' });
});

test('[B2] 10,000 events at once about members that are none: the socket is cut, the call goes on', async () => {
  const call = await roomCall(cast);
  const { rendezvous } = cast;
  const before = rendezvous.registrations.length;
  const card = new Uint8Array(300);
  const event = { t: 'member-joined', room: 'garden', member: { card, order: 1 } } as const;
  rendezvous.tell(call.aliceId, ...Array.from({ length: 10_000 }, () => event));
  await call.goesOn();
  expect(await participantsOf(call.alice)).toEqual({ [call.bobId]: 'present' });
  expect(rendezvous.registrations.length - before).toBeLessThanOrEqual(1);
});
