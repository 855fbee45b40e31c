import { encodeClientMessage, MAX_RENDEZVOUS_FRAME_BYTES } from '@conclave/protocol';

import { rendezvous } from './support/house.js';
import { newActor, random, RawClient, registrationOf } from './support/raw-client.js';

async function pair(options?: Parameters<typeof rendezvous>[0]) {
  const { url } = await rendezvous(options);
  const [alice, bob] = [await newActor(), await newActor()];
  return { url, alice, bob, a: await RawClient.register(url, alice), b: await RawClient.register(url, bob) };
}

it('[A8] envelopes reach their peer as they are, each once and in order, and nobody else', async () => {
  const { url, a, b, bob } = await pair();
  const charlie = await RawClient.register(url, await newActor());
  const envelopes = Array.from({ length: 20 }, () => random(1_000));
  for (const [id, envelope] of envelopes.entries()) a.send({ t: 'relay', id, to: bob.peerId, envelope });
  await a.until((message) => message.t === 'done' && message.id === 19);
  await b.until((message) => message.t === 'deliver' && message.counter === 20);
  expect(b.all('deliver')).toEqual(
    envelopes.map((envelope, i) => ({ t: 'deliver', counter: i + 1, envelope })),
  );
  expect(charlie.all('deliver')).toEqual([]);
});

it('[A8] an envelope for nobody is answered within a second', async () => {
  const { a } = await pair();
  const askedAtMs = performance.now();
  const answer = await a.ask({ t: 'relay', to: (await newActor()).peerId, envelope: random(8) });
  expect(answer).toMatchObject({ t: 'failed', code: 'peer/unreachable' });
  expect(performance.now() - askedAtMs).toBeLessThan(1_000);
});

it('[A8] clients of different keys do not reach each other', async () => {
  const { url, a } = await pair({ keys: ['demo', 'other'] });
  const charlie = await newActor();
  const c = await RawClient.register(url, charlie, { key: 'other' });
  expect(await a.ask({ t: 'relay', to: charlie.peerId, envelope: random(8) })).toMatchObject({
    code: 'peer/unreachable',
  });
  expect(await a.ask({ t: 'lookup', peer: charlie.peerId })).toMatchObject({ code: 'peer/unreachable' });
  await a.ask({ t: 'join', room: 'lobby' });
  expect(await c.ask({ t: 'join', room: 'lobby' })).toMatchObject({ members: [{}] });
});

it.each([
  ['an envelope over the limit', 78 * 1024],
  ['a frame over the limit', MAX_RENDEZVOUS_FRAME_BYTES + 1],
])('[A8] %s is answered with a code, and the socket stays', async (_what, size) => {
  const { a, b, bob } = await pair();
  const envelope = new Uint8Array(size);
  expect(await a.ask({ t: 'relay', to: bob.peerId, envelope })).toMatchObject({
    code: 'rendezvous/too-large',
  });
  expect((await a.ask({ t: 'relay', to: bob.peerId, envelope: random(8) })).t).toBe('done');
  await b.next('deliver');
});

it('[A8] who sends too fast is answered with a code and when to try again, and the socket stays', async () => {
  const { a, b, bob } = await pair({ limits: { frameBurst: 10, framesPerSecond: 20 } });
  for (let id = 100; id < 115; id++) a.send({ t: 'relay', id, to: bob.peerId, envelope: random(8) });
  const refused = await a.until((message) => message.t === 'failed');
  expect(refused).toMatchObject({ code: 'rendezvous/rate-limited', retryAfterMs: expect.any(Number) });
  await a.until(() => a.all('done').length + a.all('failed').length === 15);
  expect(b.all('deliver').length).toBe(a.all('done').length);
  expect(a.all('refused')).toEqual([]);
});

it('[A8] only who goes on and on is closed, with 4429', async () => {
  const { a, b, bob, alice } = await pair({ limits: { frameBurst: 10, framesPerSecond: 20 } });
  for (let id = 1; id < 100; id++) a.send({ t: 'relay', id, to: bob.peerId, envelope: random(8) });
  expect((await a.next('refused')).code).toBe('rendezvous/rate-limited');
  expect((await a.closed).code).toBe(4429);
  expect((await b.ask({ t: 'lookup', peer: alice.peerId })).t).toBe('card');
});

it.each([
  ['bytes that are no frame', random(64)],
  ['a frame of an unknown kind', new Uint8Array([0x81, 0xa1, 0x74, 0xa1, 0x78])],
  ['a header that claims 4 GiB', new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff])],
  ['nothing', new Uint8Array()],
  ['text', 'hello'],
])('[A8] %s ends this socket and no other', async (_what, bytes) => {
  const { a, b, bob } = await pair();
  b.sendBytes(bytes);
  expect((await b.next('refused')).code).toBe('rendezvous/bad-frame');
  expect((await b.closed).code).toBe(4400);
  expect((await a.ask({ t: 'lookup', peer: bob.peerId })).t).toBe('card');
});

it('[A8] a message larger than any frame ends this socket and no other', async () => {
  const { a, b, bob } = await pair();
  b.sendBytes(new Uint8Array(300 * 1024));
  expect((await b.closed).code).toBe(1009);
  expect((await a.ask({ t: 'lookup', peer: bob.peerId })).t).toBe('card');
});

it('[A8] a client that does not read is cut off before it fills the memory', async () => {
  const { url, a, bob, b } = await pair({
    limits: { socketBufferBytes: 64 * 1024, byteBurst: 64 * 1024 * 1024, frameBurst: 10_000 },
  });
  await b.leave();
  const deaf = await RawClient.register(url, bob);
  deaf.stopReading();
  const envelope = new Uint8Array(70 * 1024);
  for (let sent = 0; sent < 400; sent++) {
    const answer = await a.ask({ t: 'relay', to: bob.peerId, envelope });
    if (answer.t === 'failed') break;
  }
  // Lost, not gone: a full mailbox takes no more.
  expect(await a.ask({ t: 'relay', to: bob.peerId, envelope })).toMatchObject({ code: 'peer/unreachable' });
});

it('[A8] a request that was sent before the registration was answered is answered after it', async () => {
  const { url } = await rendezvous();
  const { client, challenge } = await RawClient.dial(url);
  client.send(await registrationOf(url, await newActor(), challenge));
  client.sendBytes(encodeClientMessage({ t: 'join', id: 1, room: 'lobby' }));
  expect((await client.next('registered')).t).toBe('registered');
  expect((await client.next('joined')).members).toHaveLength(1);
});
