import { rendezvousOrigin, signCard } from '@conclave/protocol';

import { rendezvous } from './support/house.js';
import { newActor, random, RawClient, registrationOf } from './support/raw-client.js';

async function refusal(client: RawClient): Promise<[string, number]> {
  const { code } = await client.next('refused');
  return [code, (await client.closed).code];
}

async function refusedFor(
  change: (url: string) => Parameters<typeof registrationOf>[3],
): Promise<[string, number]> {
  const { url } = await rendezvous();
  const { client, challenge } = await RawClient.dial(url);
  client.send(await registrationOf(url, await newActor(), challenge, change(url)));
  return refusal(client);
}

it('[A1] a client that proves its key is registered, and told how often to show life', async () => {
  const { url } = await rendezvous({
    heartbeatMs: 7_000,
    iceServers: [{ urls: ['stun:stun.example:3478'] }],
  });
  const alice = await RawClient.register(url, await newActor());
  expect(alice.all('registered')).toEqual([
    {
      t: 'registered',
      version: 1,
      resumed: false,
      counter: 0,
      heartbeatMs: 7_000,
      iceServers: [{ urls: ['stun:stun.example:3478'] }],
    },
  ]);
});

it('[A2] an unknown key is refused with its own code', async () => {
  expect(await refusedFor(() => ({ key: 'nobody' }))).toEqual(['auth/unknown-key', 4401]);
});

it('[A2] a client that speaks no version of ours is refused with its own code', async () => {
  expect(await refusedFor(() => ({ versions: [7, 8] }))).toEqual(['rendezvous/version', 4406]);
});

it('[B3] a registration made for another rendezvous is refused', async () => {
  expect(await refusedFor(() => ({ origin: 'https://evil.example' }))).toEqual(['auth/origin', 4402]);
});

it('[B3] an origin that is changed after signing is refused', async () => {
  const { url } = await rendezvous();
  const { client, challenge } = await RawClient.dial(url);
  const signedForEvil = await registrationOf(url, await newActor(), challenge, {
    origin: 'https://evil.example',
  });
  client.send({ ...signedForEvil, origin: rendezvousOrigin(url)! });
  expect(await refusal(client)).toEqual(['auth/signature', 4403]);
});

it('[B3] a client that claims a foreign ID is refused', async () => {
  const { url } = await rendezvous();
  const [alice, mallory] = [await newActor(), await newActor()];
  const { client, challenge } = await RawClient.dial(url);
  const alicesCard = await signCard(alice.signer, { epoch: mallory.epoch, versions: [1], persistent: false });
  const change = { spki: alice.signer.spki, card: alicesCard };
  client.send(await registrationOf(url, { ...mallory, peerId: alice.peerId }, challenge, change));
  expect(await refusal(client)).toEqual(['auth/signature', 4403]);
});

it('[B3] a registration that was recorded is refused on another socket', async () => {
  const { url } = await rendezvous();
  const first = await RawClient.dial(url);
  const recorded = await registrationOf(url, await newActor(), first.challenge);
  first.client.send(recorded);
  await first.client.next('registered');
  const second = await RawClient.dial(url);
  second.client.send(recorded);
  expect(await refusal(second.client)).toEqual(['auth/signature', 4403]);
  expect((await first.client.ask({ t: 'join', room: 'lobby' })).t).toBe('joined');
});

it('[B3] the card has to be of the same key and the same life', async () => {
  const [alice, bob] = [await newActor(), await newActor()];
  const foreign = await signCard(bob.signer, { epoch: alice.epoch, versions: [1], persistent: false });
  const former = await signCard(alice.signer, { epoch: random(16), versions: [1], persistent: false });
  const { url } = await rendezvous();
  for (const card of [foreign, former, random(100)]) {
    const { client, challenge } = await RawClient.dial(url);
    client.send(await registrationOf(url, alice, challenge, { card }));
    expect(await refusal(client)).toEqual(['auth/signature', 4403]);
  }
});

it('[B1] a key in another form than the one accepted is refused before it is hashed', async () => {
  expect(await refusedFor(() => ({ spki: random(91) }))).toEqual(['identity/bad-key', 4405]);
});

it('[B3] the first frame has to be a registration, and there is only one', async () => {
  const { url } = await rendezvous();
  const { client } = await RawClient.dial(url);
  client.send({ t: 'join', id: 1, room: 'lobby' });
  expect(await refusal(client)).toEqual(['rendezvous/bad-frame', 4400]);

  const actor = await newActor();
  const { client: alice, challenge } = await RawClient.dial(url);
  const registration = await registrationOf(url, actor, challenge);
  alice.send(registration);
  alice.send(registration);
  expect(await refusal(alice)).toEqual(['rendezvous/bad-frame', 4400]);
});

it('[A6] a socket that does not register within 10 s is closed', async () => {
  jest.useFakeTimers({
    doNotFake: ['performance', 'queueMicrotask', 'nextTick', 'setImmediate', 'setInterval', 'Date', 'hrtime'],
  });
  try {
    const { url } = await rendezvous();
    const { client } = await RawClient.dial(url);
    jest.advanceTimersByTime(9_999);
    expect(client.all('refused')).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(await refusal(client)).toEqual(['auth/challenge', 4404]);
  } finally {
    jest.useRealTimers();
  }
});
