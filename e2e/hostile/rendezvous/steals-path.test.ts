import type { Peer } from '../../support/peer.js';
import { throughout, until } from '../../support/wait.js';
import { untilFrames } from '../../node/support/actions.js';
import { recordOf, standingCall } from '../support/honest.js';
import { useHostileCast } from '../support/hostile-cast.js';
import { kindOfPacket } from '../support/packets.js';
import { endOf, startPathThief } from '../support/path-thief.js';

const cast = useHostileCast('alice', 'bob');

/** The ICE password of a peer as only its own WebRTC knows it. */
const passwordAt = (peer: Peer) =>
  peer.evaluate(() => {
    const [transport] = witnessed.filter(({ pc }) => pc.signalingState !== 'closed');
    return /^a=ice-pwd:(\S+)/m.exec(transport!.pc.localDescription!.sdp)![1]!;
  });

// In these scenes bob has made the offer. To each end it can be said that one is the other one's new address, by whoever knows
// both ICE passwords (RFC 8445 section 7); the rendezvous has carried both descriptions.

test('[B2] a rendezvous that leads the path of a call elsewhere cannot: it has carried one of the two passwords only', async () => {
  const call = await standingCall(cast);
  const [alice, bob] = [
    endOf(cast.rendezvous, call.aliceId, 'answer'),
    endOf(cast.rendezvous, call.bobId, 'offer'),
  ];
  expect(bob.password).toBe(await passwordAt(call.bob));
  expect(alice.password).toBe('');
  const guess = { ...alice, password: bob.password };
  const thieves = await Promise.all([startPathThief(guess, bob), startPathThief(bob, guess)]);
  await until(() => thieves.every(({ asked }) => asked > 20), { within: 5_000, what: 'both are asked' });
  await untilFrames(call.alice, 4);
  await untilFrames(call.bob, 4);
  await throughout(500, async () => {
    expect(thieves.map(({ stolen }) => stolen.length)).toEqual([0, 0]);
    expect(Object.keys((await recordOf(call.alice)).links)).toEqual([call.bobId]);
  });
});

test('[B2] who is told the other password by the victim itself does lead the path away, to nothing but ciphertext', async () => {
  // What the test above is held against: the thief knows his craft.
  const call = await standingCall(cast);
  const alice = { ...endOf(cast.rendezvous, call.aliceId, 'answer'), password: await passwordAt(call.alice) };
  const thief = await startPathThief(alice, endOf(cast.rendezvous, call.bobId, 'offer'));
  await until(() => thief.stolen.length > 20, { within: 5_000, what: 'alice sends it everything' });
  for (const packet of thief.stolen) expect(['DTLS', 'SRTP']).toContain(kindOfPacket(packet));
  for (const [peer, other] of [
    [call.alice, call.bobId],
    [call.bob, call.aliceId],
  ] as const) {
    const { links, happened, strayBytes } = await recordOf(peer);
    expect(Object.keys(links).filter((farId) => farId !== other)).toEqual([]);
    expect(happened).not.toContain('asked');
    expect(strayBytes).toBe(0);
  }
});
