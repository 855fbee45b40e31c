import { linksOf, mediaBytes, play } from '../../node/support/actions.js';
import { until } from '../../support/wait.js';
import { enter, recordOf, standingCall } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';
import { joinBetween } from '../support/own-peer.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

test('[B2] a rendezvous that splices two sessions with a peer of its own gets no link at either end, though DTLS is theirs; the call goes on', async () => {
  const call = await standingCall(cast);
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  const mallory = await joinBetween(cast, charlieId, call.aliceId);
  const connected = charlie.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const timer = setInterval(() => {
          if (!witnessed.some(({ pc }) => pc.connectionState === 'connected')) return;
          clearInterval(timer);
          resolve(true);
        }, 5);
      }),
  );
  expect(['identity/mismatch', 'peer/closed']).toContain(await play(charlie, mallory.peerId, 'camera'));
  expect(await connected).toBe(true); // the lie went as far as it can: they were connected to each other
  await until(
    () =>
      call.alice.evaluate(() => witnessed.filter(({ pc }) => pc.signalingState !== 'closed').length === 1),
    { within: 5_000, what: 'alice has given up' },
  );
  expect(await linksOf(charlie)).toEqual([]);
  expect(await mediaBytes(charlie)).toBe(0);
  expect((await recordOf(charlie)).happened).toEqual([]);
  await call.goesOn();
});

test('[B2] a rendezvous that says each end is the other one, and splices, gets identity/mismatch and no link', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const aliceId = await enter(alice, cast);
  const bobId = await enter(bob, cast);
  // Bob asks for alice, and what he says goes to her by way of mallory, who answers in the name of alice.
  const mallory = await joinBetween(cast, bobId, aliceId);
  const { rendezvous } = cast;
  rendezvous.lies.pass = (passed) => {
    if (passed.from === bobId) return [{ ...passed, to: mallory.peerId }];
    if (passed.from === mallory.peerId) return [passed, { ...passed, to: bobId }];
    return [passed];
  };
  rendezvous.lies.answer = (honest) =>
    honest.t === 'card' ? [{ ...honest, card: rendezvous.cardOf(mallory.peerId) }] : [honest];
  expect(await play(bob, aliceId, 'camera')).toBe('identity/mismatch');
  for (const peer of [alice, bob])
    expect(await recordOf(peer)).toMatchObject({ links: {}, happened: [], strayBytes: 0 });
});
