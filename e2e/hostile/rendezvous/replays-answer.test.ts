import { play, untilFrames } from '../../node/support/actions.js';
import { nothingHappens, reload, standingCall, untilRefused } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] an answer that is replayed into the call that it made gets peer/replayed; the call goes on', async () => {
  const call = await standingCall(cast);
  const [answer] = cast.rendezvous.taped('answer', call.aliceId);
  cast.rendezvous.deliver(call.bobId, answer!.envelope, answer!.envelope);
  await untilRefused(call.bob, 'peer/replayed', 2);
  await call.goesOn();
});

test('[B2] an answer from before a reload in the place of the one to a new offer gets peer/stale, and no link', async () => {
  const { alice, bob, aliceId } = await standingCall(cast);
  const [old] = cast.rendezvous.taped('answer', aliceId);
  await reload(bob, cast);
  await alice.evaluate(() => void kit.keep.heard.splice(0)); // the end of the call
  let withheld: Uint8Array | undefined;
  cast.rendezvous.lies.pass = (passed) => {
    if (passed.kind !== 'answer' || withheld) return [passed];
    withheld = passed.envelope;
    return [{ ...passed, envelope: old!.envelope }];
  };
  const playing = play(bob, aliceId, 'camera');
  await untilRefused(bob, 'peer/stale');
  await nothingHappens(alice, bob);
  // Nor has it spoilt the link that the right answer makes.
  cast.rendezvous.tell(cast.rendezvous.tape.at(-1)!.to);
  cast.rendezvous.deliver(cast.rendezvous.taped('answer', aliceId).at(-1)!.to, withheld!);
  expect(await playing).toBe('playing');
  await untilFrames(bob);
});
