import { play } from '../../node/support/actions.js';
import { enter, messageFrom, nothingHappens, standingCall, untilMessage } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] a rendezvous that passes everything on and never says so prevents no call and ends none', async () => {
  cast.rendezvous.lies.answer = (honest, request) => (request.t === 'relay' ? [] : [honest]);
  const call = await standingCall(cast);
  // Asked after everything that the call needed: when it has been given up, so has all of that.
  expect(await messageFrom(call.bob, call.aliceId)).toBe('rendezvous/timeout');
  await untilMessage(call.alice); // it has arrived all the same
  await call.goesOn();
});

test('[B2] a rendezvous that says that it failed gives the caller its code and no link; a call that stands goes on', async () => {
  const call = await standingCall(cast);
  cast.rendezvous.lies.answer = (honest, request) =>
    request.t === 'relay' ? [{ t: 'failed', id: request.id, code: 'peer/unreachable' }] : [honest];
  expect(await messageFrom(call.bob, call.aliceId)).toBe('peer/unreachable');
  await untilMessage(call.alice);
  await call.goesOn();

  const [alice, bob] = [call.alice, call.bob];
  const aliceId = await enter(alice, cast);
  await enter(bob, cast);
  expect(await play(bob, aliceId, 'camera')).toBe('peer/unreachable');
  await nothingHappens(alice, bob);
});
