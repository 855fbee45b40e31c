import { until } from '../../support/wait.js';
import { enter } from '../support/honest.js';
import { joinWithCamera, participantsOf, roomCall } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test('[B2] whoever is told the secret by a member is in, and only a new secret leaves him behind', async () => {
  const [alice, bob, charlie] = [cast.peer('alice'), cast.peer('bob'), cast.peer('charlie')];
  const secrets = await alice.evaluate(() => [conclave.createRoomSecret(), conclave.createRoomSecret()]);
  const call = await roomCall(cast, { secret: secrets[0] });
  const charlieId = await enter(charlie, cast);
  expect(await joinWithCamera(charlie, 'garden', { secret: secrets[0] })).toBe('joined');
  await until(async () => (await participantsOf(alice))[charlieId] === 'present', {
    within: 10_000,
    what: 'charlie is in',
  });

  for (const peer of [alice, bob]) {
    await peer.evaluate(() => kit.keep.room.leave());
    expect(await joinWithCamera(peer, 'garden', { secret: secrets[1] })).toBe('joined');
  }
  const together = async () =>
    (await participantsOf(alice))[call.bobId] === 'present' &&
    (await participantsOf(bob))[call.aliceId] === 'present';
  await until(together, { within: 10_000, what: 'the two are together again' });
  await until(async () => Object.keys(await participantsOf(charlie)).length === 0, {
    within: 10_000,
    what: 'charlie is alone',
  });
  expect(await participantsOf(alice)).toEqual({ [call.bobId]: 'present' });
});
