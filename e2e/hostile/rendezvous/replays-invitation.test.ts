import {
  enter,
  messageFrom,
  nothingHappens,
  reload,
  standingCall,
  untilMessage,
  untilRefused,
} from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] an invitation that is replayed is heard once: peer/replayed; the call goes on', async () => {
  const call = await standingCall(cast);
  expect(await messageFrom(call.bob, call.aliceId)).toBe('passed on');
  await untilMessage(call.alice);
  const [invitation] = cast.rendezvous.taped('message', call.bobId);
  cast.rendezvous.deliver(call.aliceId, invitation!.envelope, invitation!.envelope);
  await untilRefused(call.alice, 'peer/replayed', 2);
  await call.goesOn();
});

test.each(['is still there', 'has gone'])(
  '[B2] an invitation from before a reload gets peer/stale and is not heard again, where its sender %s',
  async (sender) => {
    const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
    const aliceId = await enter(alice, cast);
    const bobId = await enter(bob, cast);
    expect(await messageFrom(bob, aliceId)).toBe('passed on');
    await untilMessage(alice);
    const [invitation] = cast.rendezvous.taped('message', bobId);
    await reload(alice, cast);
    if (sender === 'has gone') await enter(bob, cast);
    cast.rendezvous.deliver(aliceId, invitation!.envelope, invitation!.envelope);
    await untilRefused(alice, 'peer/stale', 2);
    await nothingHappens(alice, bob);
    expect(cast.rendezvous.taped('message', bobId)).toEqual([invitation]); // nor does he sign it once more
  },
);
