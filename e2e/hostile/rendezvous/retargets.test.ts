import { play } from '../../node/support/actions.js';
import {
  enter,
  messageFrom,
  nothingHappens,
  recordOf,
  standingCall,
  untilMessage,
} from '../support/honest.js';
import { until } from '../../support/wait.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test('[B2] whatever was meant for somebody else gets identity/mismatch; the call goes on', async () => {
  const call = await standingCall(cast);
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  expect(await messageFrom(call.bob, call.aliceId)).toBe('passed on');
  await untilMessage(call.alice);
  const { rendezvous } = cast;
  const tape = [...rendezvous.tape];
  expect(new Set(tape.map(({ kind }) => kind))).toEqual(
    new Set(['offer', 'answer', 'candidates', 'message']),
  );
  rendezvous.deliver(charlieId, ...tape.map(({ envelope }) => envelope));
  const refusals = async () => (await recordOf(charlie)).refused;
  await until(async () => (await refusals()).length === tape.length, { within: 5_000, what: 'all refused' });
  expect(new Set(await refusals())).toEqual(new Set(['identity/mismatch']));
  await Promise.all([call.goesOn(), nothingHappens(charlie)]);
});

test('[B2] an introduction that is handed to a third client makes no link at any of the three', async () => {
  const [alice, bob, charlie] = ['alice', 'bob', 'charlie'].map((name) => cast.peer(name)) as never as [
    ReturnType<typeof cast.peer>,
    ReturnType<typeof cast.peer>,
    ReturnType<typeof cast.peer>,
  ];
  const aliceId = await enter(alice, cast);
  await enter(bob, cast);
  const charlieId = await enter(charlie, cast);
  cast.rendezvous.lies.pass = (passed) => [passed.to === aliceId ? { ...passed, to: charlieId } : passed];
  void play(bob, aliceId, 'camera');
  await until(async () => (await recordOf(charlie)).refused.length > 0, { within: 5_000, what: 'refused' });
  expect(new Set((await recordOf(charlie)).refused)).toEqual(new Set(['identity/mismatch']));
  await nothingHappens(alice, bob, charlie);
});
