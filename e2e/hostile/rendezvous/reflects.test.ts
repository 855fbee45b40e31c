import { play } from '../../node/support/actions.js';
import { until } from '../../support/wait.js';
import { enter, nothingHappens, recordOf, standingCall } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] whatever comes back to its sender gets identity/mismatch; the call goes on', async () => {
  const call = await standingCall(cast);
  const tape = [...cast.rendezvous.tape];
  for (const { from, envelope } of tape) cast.rendezvous.deliver(from, envelope);
  const refused = async () =>
    [...(await recordOf(call.alice)).refused, ...(await recordOf(call.bob)).refused] as string[];
  await until(async () => (await refused()).length === tape.length, { within: 5_000, what: 'all refused' });
  expect(new Set(await refused())).toEqual(new Set(['identity/mismatch']));
  await call.goesOn();
});

test('[B2] who gets its own introduction back, as if from the other end, makes no link with itself', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const aliceId = await enter(alice, cast);
  await enter(bob, cast);
  cast.rendezvous.lies.pass = (passed) => [{ ...passed, to: passed.from }];
  void play(bob, aliceId, 'camera');
  await until(async () => (await recordOf(bob)).refused.length > 0, { within: 5_000, what: 'refused' });
  expect(new Set((await recordOf(bob)).refused)).toEqual(new Set(['identity/mismatch']));
  await nothingHappens(alice, bob);
});
