import { enter, nothingHappens, reload, standingCall, untilRefused } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] an offer that is replayed into the call that it made gets peer/replayed; the call goes on', async () => {
  const call = await standingCall(cast);
  const [offer] = cast.rendezvous.taped('offer', call.bobId);
  cast.rendezvous.deliver(call.aliceId, offer!.envelope, offer!.envelope);
  await untilRefused(call.alice, 'peer/replayed', 2);
  await call.goesOn();
});

test.each(['is still there', 'has gone'])(
  '[B2] an offer from before a reload gets peer/stale, and no link, where its sender %s',
  async (sender) => {
    const { alice, bob, aliceId, bobId } = await standingCall(cast);
    const [offer] = cast.rendezvous.taped('offer', bobId);
    const candidates = cast.rendezvous.taped('candidates', bobId);
    await reload(alice, cast);
    if (sender === 'has gone') await enter(bob, cast);
    else await bob.evaluate(() => void kit.keep.heard.splice(0)); // the end of the call
    const told = cast.rendezvous.taped('stale', aliceId).length;
    cast.rendezvous.deliver(aliceId, ...[offer!, ...candidates].map(({ envelope }) => envelope));
    await untilRefused(alice, 'peer/stale', 1 + candidates.length);
    expect(cast.rendezvous.taped('stale', aliceId).length).toBeLessThanOrEqual(told + 1); // one a second at most
    await nothingHappens(alice, bob);
    expect(cast.rendezvous.taped('offer', bobId).length).toBeLessThanOrEqual(2); // signed again once at most
  },
);
