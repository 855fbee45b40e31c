import { rendezvous } from './support/house.js';
import { anotherLife, newActor, random, RawClient } from './support/raw-client.js';

const HEARTBEAT_MS = 50;

it('[A6] a silent client is evicted after two heartbeats, and its ID is free', async () => {
  const { url } = await rendezvous({ heartbeatMs: HEARTBEAT_MS });
  const [alice, bob] = [await newActor(), await newActor()];
  const silent = await RawClient.register(url, alice);
  const startedAtMs = performance.now();
  expect((await silent.next('refused')).code).toBe('rendezvous/heartbeat');
  expect((await silent.closed).code).toBe(4408);
  expect(performance.now() - startedAtMs).toBeGreaterThan(1.9 * HEARTBEAT_MS);
  const other = await RawClient.register(url, bob);
  expect(await other.ask({ t: 'lookup', peer: alice.peerId })).toMatchObject({
    t: 'failed',
    code: 'peer/unreachable',
  });
});

it('[A6] a client that answers its pings stays', async () => {
  const { url } = await rendezvous({ heartbeatMs: HEARTBEAT_MS });
  const alice = await RawClient.register(url, await newActor());
  for (let beat = 0; beat < 6; beat++) {
    await alice.next('ping');
    alice.send({ t: 'pong', seen: 0 });
  }
  expect((await alice.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
});

it('[A6] the newest registration of an ID wins at once, and the socket it replaces gets 4409', async () => {
  const { url } = await rendezvous();
  const alice = await newActor();
  const former = await RawClient.register(url, alice);
  const bob = await RawClient.register(url, await newActor());
  const newest = await RawClient.register(url, anotherLife(alice));
  expect((await former.next('refused')).code).toBe('rendezvous/replaced');
  expect((await former.closed).code).toBe(4409);
  expect((await bob.ask({ t: 'relay', to: alice.peerId, envelope: random(8) })).t).toBe('done');
  await newest.next('deliver');
});

it.each([1000, 1001])('[A6] a client that closes with %i is gone at once', async (code) => {
  const { url } = await rendezvous();
  const [alice, bob] = [await newActor(), await newActor()];
  const a = await RawClient.register(url, alice);
  const b = await RawClient.register(url, bob);
  await a.ask({ t: 'join', room: 'lobby' });
  await b.ask({ t: 'join', room: 'lobby' });
  await b.leave(code);
  expect((await a.next('member-left')).peer).toBe(bob.peerId);
  expect(await a.ask({ t: 'relay', to: bob.peerId, envelope: random(8) })).toMatchObject({
    code: 'peer/unreachable',
  });
});

it('[A6] a client whose socket was lost resumes: rooms are kept, and what it missed comes once', async () => {
  const { url } = await rendezvous();
  const [alice, bob] = [await newActor(), await newActor()];
  const before = await RawClient.register(url, alice);
  const b = await RawClient.register(url, bob);
  await before.ask({ t: 'join', room: 'lobby' });
  await b.ask({ t: 'join', room: 'lobby' });
  const { counter } = await before.next('member-joined');
  await before.cut();
  const missed = random(8);
  expect((await b.ask({ t: 'relay', to: alice.peerId, envelope: missed })).t).toBe('done');

  const after = await RawClient.register(url, alice, { resumeAfter: counter });
  expect(after.all('registered')[0]).toMatchObject({ resumed: true, counter });
  expect(await after.next('deliver')).toEqual({ t: 'deliver', counter: counter + 1, envelope: missed });
  expect(await after.ask({ t: 'join', room: 'lobby' })).toMatchObject({ t: 'joined', members: [{}, {}] });
  expect(b.all('member-left')).toEqual([]);
  expect(b.all('member-joined')).toEqual([]);
});

it('[A6] another life of the same ID resumes nothing: the former one has left its rooms', async () => {
  const { url } = await rendezvous();
  const [alice, bob] = [await newActor(), await newActor()];
  const b = await RawClient.register(url, bob);
  await b.ask({ t: 'join', room: 'lobby' });
  const before = await RawClient.register(url, alice);
  await before.ask({ t: 'join', room: 'lobby' });
  await before.cut();
  const after = await RawClient.register(url, anotherLife(alice), { resumeAfter: 0 });
  expect(after.all('registered')[0]).toMatchObject({ resumed: false, counter: 0 });
  expect((await b.next('member-left')).peer).toBe(alice.peerId);
});

it('[A6] a rendezvous that stops says so', async () => {
  const house = await rendezvous();
  const alice = await RawClient.register(house.url, await newActor());
  await house.close();
  expect(alice.all('refused')[0]?.code).toBe('rendezvous/shutting-down');
  expect((await alice.closed).code).toBe(4503);
});
