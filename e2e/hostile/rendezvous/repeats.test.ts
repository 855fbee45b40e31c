import { play } from '../../node/support/actions.js';
import { until } from '../../support/wait.js';
import { enter, recordOf, standingCall, untilRefused } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob');

test('[B2] a rendezvous that delivers every envelope of a call 1,000 times more is not listened to; the call goes on', async () => {
  const call = await standingCall(cast);
  for (const { to, envelope } of [...cast.rendezvous.tape])
    cast.rendezvous.deliver(to, ...Array.from({ length: 1_000 }, () => envelope));
  await untilRefused(call.alice, 'rendezvous/rate-limited');
  await untilRefused(call.bob, 'rendezvous/rate-limited');
  await call.goesOn();
  for (const peer of [call.alice, call.bob]) {
    const codes = new Set((await recordOf(peer)).refused);
    expect([...codes].sort()).toEqual(['peer/replayed', 'rendezvous/rate-limited']);
  }
});

test('[B2] a rendezvous that delivers everything three times from the start makes one link, and one question', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const aliceId = await enter(alice, cast);
  await enter(bob, cast);
  cast.rendezvous.lies.pass = (passed) => [passed, passed, passed];
  expect(await play(bob, aliceId, 'camera')).toBe('playing');
  for (const peer of [alice, bob]) {
    await untilRefused(peer, 'peer/replayed');
    expect(await peer.evaluate(() => witnessed.length)).toBe(1);
    expect(new Set((await recordOf(peer)).refused)).toEqual(new Set(['peer/replayed']));
  }
  await until(async () => (await recordOf(alice)).happened.includes('links'), {
    within: 5_000,
    what: 'a link',
  });
  expect((await recordOf(alice)).happened.filter((what) => what !== 'stray track')).toEqual([
    'links',
    'asked',
  ]);
  expect((await recordOf(bob)).happened).toEqual(['links']);
});
