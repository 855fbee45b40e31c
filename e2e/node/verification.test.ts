import type { PeerId } from '@conclave/core';

import { takeApart } from '../hostile/support/envelopes.js';
import type { Peer } from '../support/peer.js';
import { until } from '../support/wait.js';
import { connectAll, play, publish } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob');

interface Shown {
  readonly digits: string;
  readonly emoji: string;
  readonly verified: boolean;
  readonly nonce: string;
}

/** What a peer shows of its link to another one; nothing where there is none. */
const shown = (peer: Peer, farId: PeerId): Promise<Shown | undefined> =>
  peer.evaluate((id: PeerId) => {
    const link = kit.keep.connection.links.get().get(id);
    return (
      link && {
        digits: link.verificationCode.digits,
        emoji: link.verificationCode.emoji.join(''),
        verified: link.verified.get(),
        nonce: String(link.nearNonce),
      }
    );
  }, farId);

/** Alice publishes, bob plays; their IDs. */
async function meet(): Promise<[PeerId, PeerId]> {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId, bobId] = (await connectAll(cast.url, alice, bob)) as [PeerId, PeerId];
  await publish(alice, 'chat');
  expect(await play(bob, aliceId, 'chat', false)).toBe('playing');
  return [aliceId, bobId];
}

test('[B5] both ends show the same code, six digits and five pictures, and another one on a new link', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const seen = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    const [aliceId, bobId] = await meet();
    const [atAlice, atBob] = [await shown(alice, bobId), await shown(bob, aliceId)];
    expect(atAlice).toMatchObject({ digits: atBob!.digits, emoji: atBob!.emoji, verified: false });
    expect(atAlice!.digits).toMatch(/^\d{6}$/);
    expect(Array.from(atAlice!.emoji)).toHaveLength(5);
    seen.add(atAlice!.digits + atAlice!.emoji);
    await Promise.all([alice, bob].map((peer) => peer.evaluate(() => kit.keep.connection.close())));
  }
  expect(seen.size).toBe(3);
});

test('[B5] in the trace each end commits to its value before it sees the other one, and the values never pass the server', async () => {
  const commitments: Record<string, Uint8Array> = {};
  cast.meddle = (envelope) => {
    const { content } = takeApart(envelope);
    if (content.kind === 'offer' || content.kind === 'answer')
      commitments[content.kind] = content.body['commitment'] as Uint8Array;
    if (content.kind === 'offer' || content.kind === 'answer')
      expect(content.body).not.toHaveProperty('value');
    return [envelope];
  };
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  for (const peer of [alice, bob])
    await peer.evaluate(() => {
      // The witness: what the control channel of any transport receives, and in which state of its handshake.
      const trace: string[] = [];
      (kit.keep as unknown as { trace: string[] }).trace = trace;
      const timer = setInterval(() => {
        for (const { pc } of witnessed) {
          if (pc.remoteDescription && !trace.includes('described')) trace.push('described');
          if (pc.connectionState === 'connected' && !trace.includes('encrypted')) trace.push('encrypted');
        }
        const links = kit.keep.connection as typeof kit.keep.connection | undefined;
        if (links && links.links.get().size > 0) {
          trace.push('code');
          clearInterval(timer);
        }
      }, 1);
    });
  await meet();
  expect(cast.passed.map(({ kind }) => kind).filter((kind) => kind !== 'candidates')).toEqual([
    'offer',
    'answer',
  ]);
  expect(Object.values(commitments).map((one) => one.byteLength)).toEqual([32, 32]);
  for (const peer of [alice, bob]) {
    const trace = () => peer.evaluate(() => (kit.keep as unknown as { trace: string[] }).trace);
    await until(async () => (await trace()).includes('code'), { within: 5_000, what: 'a code' });
    // The descriptions carry the commitments; the values follow inside the encrypted channel, and with them the code.
    expect(await trace()).toEqual(['described', 'encrypted', 'code']);
  }
});

test('[B5] who has compared codes marks the peer: a link that is built anew stays verified, another peer is not', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  await bob.evaluate(async () => {
    (kit.keep as unknown as { identity: unknown }).identity = await conclave.Identity.create();
  });
  const bobJoins = () =>
    bob.evaluate(async (url: string) => {
      const { identity } = kit.keep as unknown as { identity: never };
      return kit.connect(url, { identity });
    }, cast.url);
  const [aliceId] = (await connectAll(cast.url, alice)) as [PeerId];
  await publish(alice, 'chat');
  const bobId = await bobJoins();
  expect(await play(bob, aliceId, 'chat', false)).toBe('playing');
  const changes = await alice.evaluate((id: PeerId) => {
    const link = kit.keep.connection.links.get().get(id)!;
    const heard: boolean[] = [];
    link.verified.subscribe(() => heard.push(link.verified.get()));
    link.verify();
    link.verify();
    return heard;
  }, bobId);
  expect(changes[0]).toBe(true);
  const first = await shown(alice, bobId);
  expect(first).toMatchObject({ verified: true });
  expect(await shown(bob, aliceId)).toMatchObject({ verified: false }); // each end answers for itself

  await bob.evaluate(() => kit.keep.connection.close());
  await until(async () => (await shown(alice, bobId)) === undefined, { within: 5_000, what: 'bob has gone' });
  expect(await bobJoins()).toBe(bobId);
  expect(await play(bob, aliceId, 'chat', false)).toBe('playing');
  const second = await shown(alice, bobId);
  expect(second).toMatchObject({ verified: true });
  expect(second!.nonce).not.toBe(first!.nonce);
  expect(second!.digits + second!.emoji).not.toBe(first!.digits + first!.emoji);

  await bob.evaluate(() => kit.keep.connection.close());
  const [strangerId] = (await connectAll(cast.url, bob)) as [PeerId];
  expect(await play(bob, aliceId, 'chat', false)).toBe('playing');
  expect(await shown(alice, strangerId)).toMatchObject({ verified: false });
});

test('[B4] a peer in the middle that ends DTLS towards both has two links of her own, and their codes differ', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const mallory = await cast.hire('mallory');
  const [aliceId, bobId, malloryId] = (await connectAll(cast.url, alice, bob, mallory)) as [
    PeerId,
    PeerId,
    PeerId,
  ];
  await Promise.all([publish(alice, 'chat'), publish(bob, 'chat'), publish(mallory, 'chat')]);
  // Each takes her for the other one: the ID is hers, whatever she calls herself.
  expect(await play(alice, malloryId, 'chat', false)).toBe('playing');
  expect(await play(bob, malloryId, 'chat', false)).toBe('playing');
  const [atAlice, atBob] = [await shown(alice, malloryId), await shown(bob, malloryId)];
  expect(atAlice!.digits + atAlice!.emoji).not.toBe(atBob!.digits + atBob!.emoji);
  expect(await shown(mallory, aliceId)).toMatchObject({ emoji: atAlice!.emoji });
  expect(await shown(mallory, bobId)).toMatchObject({ emoji: atBob!.emoji });
});
