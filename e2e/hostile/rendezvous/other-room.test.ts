import { mediaBytes } from '../../node/support/actions.js';
import { throughout, until } from '../../support/wait.js';
import { enter } from '../support/honest.js';
import { joinWithCamera, participantsOf, roomCall } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test('[B2] a member of another room that is listed in an open one is not in it: never present, no media; the call goes on', async () => {
  const call = await roomCall(cast);
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  expect(await joinWithCamera(charlie, 'attic')).toBe('joined');
  const member = { card: cast.rendezvous.cardOf(charlieId), order: 0 }; // it came before them: they offer
  for (const to of [call.aliceId, call.bobId])
    cast.rendezvous.tell(to, { t: 'member-joined', room: 'garden', member });
  for (const peer of [call.alice, call.bob]) {
    await until(async () => (await participantsOf(peer))[charlieId], { within: 5_000, what: 'it is listed' });
  }
  // They ask charlie for a room that is not open there: nobody answers them.
  const waiting = () => charlie.evaluate(() => kit.keep.connection.unconnectedPeerStreams.get().length);
  await until(async () => (await waiting()) >= 2, { within: 10_000, what: 'they wait in front of it' });
  await throughout(500, async () => {
    expect(await participantsOf(charlie)).toEqual({});
    expect(await mediaBytes(charlie)).toBe(0);
    for (const peer of [call.alice, call.bob]) {
      expect((await participantsOf(peer))[charlieId]).toMatch(/^(?:listed|linking|unreachable)/);
    }
  });
  await call.goesOn();
});
