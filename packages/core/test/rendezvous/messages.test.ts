import { MAX_NAME_LENGTH } from '@conclave/protocol';

import { connect, envelopesOf, join, newActor, rendezvous, until } from './support/actors.js';

async function pair(options?: Parameters<typeof rendezvous>[0]) {
  const { url } = await rendezvous(options);
  const [alice, bob] = [await newActor(), await newActor()];
  return { url, alice, bob, a: await connect(url, alice), b: await connect(url, bob) };
}

it('[A8] envelopes arrive as they were sent, in order, each once', async () => {
  const { a, b, bob } = await pair();
  const heard = envelopesOf(b);
  const envelopes = Array.from({ length: 30 }, (_, value) => new Uint8Array(500).fill(value));
  await Promise.all(envelopes.map((envelope) => a.relay(bob.peerId, envelope)));
  await heard.count(30);
  expect(heard.all).toEqual(envelopes);
});

it('[A8] an envelope for nobody rejects within a second', async () => {
  const { a } = await pair();
  const startedAtMs = performance.now();
  const nobody = (await newActor()).peerId;
  await expect(a.relay(nobody, new Uint8Array(8))).rejects.toMatchObject({ code: 'peer/unreachable' });
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
});

it.each([75 * 1024, 1024 * 1024])(
  '[A8] an envelope of %i bytes rejects, and the connection stands',
  async (size) => {
    const { a, b, bob } = await pair();
    await expect(a.relay(bob.peerId, new Uint8Array(size))).rejects.toMatchObject({
      code: 'rendezvous/too-large',
    });
    const heard = envelopesOf(b);
    await a.relay(bob.peerId, new Uint8Array(8));
    await heard.count(1);
    expect(a.state.get().phase).toBe('connected');
  },
);

it('[A8] who is too fast is told when to try again, and the connection stands', async () => {
  const { a, bob } = await pair({ limits: { frameBurst: 5, framesPerSecond: 10 } });
  const sent = await Promise.allSettled(
    Array.from({ length: 12 }, () => a.relay(bob.peerId, new Uint8Array(8))),
  );
  const refused = sent.filter((one) => one.status === 'rejected').map(({ reason }) => reason);
  expect(refused.length).toBeGreaterThan(0);
  for (const error of refused) {
    expect(error).toMatchObject({ code: 'rendezvous/rate-limited', retryAfterMs: expect.any(Number) });
  }
  expect(a.state.get().phase).toBe('connected');
});

it('[B1] a look-up gives the card of the peer, verified', async () => {
  const { a, bob } = await pair();
  const card = await a.lookup(bob.peerId);
  expect(card).toMatchObject({ peerId: bob.peerId, persistent: false });
  expect([...card.spki]).toEqual([...bob.signer.spki]);
  expect([...card.epoch]).toEqual([...bob.epoch]);
});

it('[A8] a room lists the others in the order of their coming, and keeps who did not change', async () => {
  const { url, a, b, alice, bob } = await pair();
  const charlie = await newActor();
  const c = await connect(url, charlie);
  const roomOfA = await join(a, 'lobby');
  const roomOfB = await join(b, 'lobby');
  const [bobOfA] = await until(roomOfA.members, (members) => members.length === 1);
  const roomOfC = await join(c, 'lobby');
  expect(roomOfC.members.get().map(({ peerId }) => peerId)).toEqual([alice.peerId, bob.peerId]);
  const members = await until(roomOfA.members, ({ length }) => length === 2);
  expect(members[0]).toBe(bobOfA);
  expect(roomOfA.order.get()).toBeLessThan(roomOfB.order.get());
  expect(members.map(({ order }) => order)).toEqual([roomOfB.order.get(), roomOfC.order.get()]);
  await b.close();
  const left = await until(roomOfA.members, ({ length }) => length === 1);
  expect(left[0]).toBe(members[1]);
});

it('[A8] a room that was left is left: it may be entered again, and is another place then', async () => {
  const { a, b } = await pair();
  const roomOfA = await join(a, 'lobby');
  const first = await join(b, 'lobby');
  expect(await join(b, 'lobby')).toBe(first);
  await first.leave();
  await first.leave();
  await until(roomOfA.members, ({ length }) => length === 0);
  const second = await join(b, 'lobby');
  expect(second).not.toBe(first);
  expect(second.members.get()).toHaveLength(1);
  await first.leave();
  await until(roomOfA.members, ({ length }) => length === 1);
});

it('[A8] a room that takes nobody says so, and can be tried again', async () => {
  const { a, b } = await pair({ limits: { roomMembers: 1 } });
  const room = await join(a, 'lobby');
  await expect(join(b, 'lobby')).rejects.toMatchObject({ code: 'room/full', retryable: true });
  await room.leave();
  expect((await join(b, 'lobby')).members.get()).toEqual([]);
});

it.each(['', 'x'.repeat(MAX_NAME_LENGTH + 1)])(
  '[A8] a room of no name, or of one too long, is refused',
  async (name) => {
    const { a } = await pair();
    await expect(join(a, name)).rejects.toMatchObject({ code: 'usage/invalid-argument' });
  },
);
