import { openCard } from '@conclave/protocol';

import { rendezvous } from './support/house.js';
import { newActor, random, RawClient } from './support/raw-client.js';

async function three(options?: Parameters<typeof rendezvous>[0]) {
  const { url } = await rendezvous(options);
  const actors = [await newActor(), await newActor(), await newActor()];
  const clients: RawClient[] = [];
  for (const actor of actors) clients.push(await RawClient.register(url, actor));
  const [a, b, c] = clients as [RawClient, RawClient, RawClient];
  return { a, b, c, ids: actors.map(({ peerId }) => peerId) };
}

async function peersOf(members: readonly { card: Uint8Array }[]) {
  const cards = await Promise.all(members.map(({ card }) => openCard(globalThis.crypto.subtle, card)));
  return cards.map((card) => (card.ok ? card.value.peerId : card.code));
}

async function join(client: RawClient, room = 'lobby') {
  const answer = await client.ask({ t: 'join', room });
  if (answer.t !== 'joined') throw new Error(JSON.stringify(answer));
  return answer;
}

it('[B3] a room lists its members with their own cards, in the order in which they came', async () => {
  const { a, b, c, ids } = await three();
  await join(a);
  await join(b);
  const { members } = await join(c);
  expect(await peersOf(members)).toEqual(ids);
  const orders = members.map(({ order }) => order);
  expect(orders).toEqual([...orders].sort((x, y) => x - y));
  expect(new Set(orders).size).toBe(3);
});

it('[A8] to join again changes nothing, and tells nobody', async () => {
  const { a, b } = await three();
  await join(a);
  const first = await join(b);
  const again = await join(b);
  expect(again.members).toEqual(first.members);
  await b.ask({ t: 'leave', room: 'lobby' });
  await a.next('member-left');
  expect(a.all('member-joined')).toHaveLength(1);
});

it('[A8] an arrival is known before anything that the newcomer sends', async () => {
  const { a, b, ids } = await three();
  await join(a);
  b.send({ t: 'join', id: 1, room: 'lobby' });
  b.send({ t: 'relay', id: 2, to: ids[0]!, envelope: random(8) });
  await a.next('deliver');
  expect(a.received.map(({ t }) => t).slice(-2)).toEqual(['member-joined', 'deliver']);
});

it('[A8] who is not in a room hears nothing of it', async () => {
  const { a, b, c } = await three();
  await join(a, 'red');
  await join(b, 'blue');
  await join(c, 'red');
  await a.next('member-joined');
  await b.ask({ t: 'leave', room: 'red' });
  expect(b.all('member-joined')).toEqual([]);
  expect(a.all('member-left')).toEqual([]);
});

it('[A8] rooms are bounded: members of one, and rooms of one client', async () => {
  const { a, b, c } = await three({ limits: { roomMembers: 2, roomsPerClient: 1 } });
  await join(a);
  await join(b);
  expect(await c.ask({ t: 'join', room: 'lobby' })).toMatchObject({ t: 'failed', code: 'room/full' });
  expect(await a.ask({ t: 'join', room: 'second' })).toMatchObject({ t: 'failed', code: 'room/limit' });
});
