import { encodeServerMessage, signCard, type ListedMember } from '@conclave/protocol';

import type { RendezvousState } from '../../src/rendezvous/rendezvous-client.js';
import {
  connect,
  envelopesOf,
  newActor,
  rendezvous,
  until,
  untilPhase,
  type Actor,
  join,
} from './support/actors.js';
import { liar } from './support/liar.js';
import { proxy } from './support/proxy.js';

const envelope = (value: number) => Uint8Array.of(value);

/** A rendezvous with two ways to it, one of which a test can cut. */
async function behindProxy() {
  const [network, otherNetwork] = [await proxy(), await proxy()];
  const house = await rendezvous({ publicOrigins: [network.origin, otherNetwork.origin] });
  network.target = otherNetwork.target = house.port;
  return { network, otherNetwork, house };
}

describe('[A6] when a connection is lost', () => {
  it('it resumes by itself: the room is as it was, and what was missed comes once', async () => {
    const { network, otherNetwork } = await behindProxy();
    const [alice, bob] = [await newActor(), await newActor()];
    const a = await connect(network.url, alice);
    const b = await connect(otherNetwork.url, bob);
    const heard = envelopesOf(a);
    const room = await join(a, 'lobby');
    const roomOfB = await join(b, 'lobby');
    const [bobBefore] = await until(room.members, (members) => members.length === 1);
    const aliceBefore = roomOfB.members.get();
    await b.relay(alice.peerId, envelope(1));
    await heard.count(1);
    network.down = true;
    network.cut();
    await untilPhase(a, 'reconnecting');
    for (const value of [2, 3]) await b.relay(alice.peerId, envelope(value));
    network.down = false;
    await untilPhase(a, 'connected');
    await b.relay(alice.peerId, envelope(4));
    await heard.count(4);
    expect(heard.all.map(([value]) => value)).toEqual([1, 2, 3, 4]);
    expect(room.members.get()).toHaveLength(1);
    expect(room.members.get()[0]).toBe(bobBefore);
    expect(roomOfB.members.get()).toBe(aliceBefore);
  });

  it('a request waits for the connection that is being made again', async () => {
    const { network } = await behindProxy();
    const [alice, bob] = [await newActor(), await newActor()];
    const a = await connect(network.url, alice);
    await connect(network.url, bob);
    network.cut();
    await untilPhase(a, 'reconnecting');
    expect((await a.lookup(bob.peerId)).peerId).toBe(bob.peerId);
  });

  it('a request is given up with a code where there is none for 5 s', async () => {
    const { network } = await behindProxy();
    const a = await connect(network.url, await newActor());
    network.down = true;
    network.cut();
    await untilPhase(a, 'reconnecting');
    await expect(join(a, 'lobby')).rejects.toMatchObject({ code: 'rendezvous/unavailable', retryable: true });
  });

  it('a rendezvous that was restarted, empty, is told everything again', async () => {
    const { network, house } = await behindProxy();
    const [alice, bob] = [await newActor(), await newActor()];
    const a = await connect(network.url, alice);
    const b = await connect(network.url, bob);
    const [roomOfA, roomOfB] = [await join(a, 'lobby'), await join(b, 'lobby')];
    await until(roomOfA.members, (members) => members.length === 1);
    network.target = 1;
    await house.close();
    await untilPhase(a, 'reconnecting');
    const restarted = await rendezvous({ publicOrigins: [network.origin] });
    network.target = restarted.port;
    await Promise.all([untilPhase(a, 'connected'), untilPhase(b, 'connected')]);
    await until(roomOfA.members, ([member]) => member?.peerId === bob.peerId);
    await until(roomOfB.members, ([member]) => member?.peerId === alice.peerId);
    await b.close();
    await until(roomOfA.members, (members) => members.length === 0);
  });

  it('it goes to another URL where the first is gone', async () => {
    const [first, second] = [await rendezvous(), await rendezvous()];
    const a = await connect([first.url, second.url], await newActor());
    await first.close();
    const { url } = (await until(
      a.state,
      (state) => state.phase === 'connected' && state.url === second.url,
    )) as Extract<RendezvousState, { phase: 'connected' }>;
    expect(url).toBe(second.url);
  });

  it('a server that falls silent is given up, and dialled again', async () => {
    const server = await liar(() => {}, { heartbeatMs: 1 });
    const a = await connect(server.url, await newActor());
    const { lastError } = await untilPhase(a, 'reconnecting');
    expect(lastError.code).toBe('rendezvous/heartbeat');
    await server.registered(2);
  });

  it('closing while it is lost leaves nothing behind', async () => {
    const { network } = await behindProxy();
    const a = await connect(network.url, await newActor());
    network.down = true;
    network.cut();
    await untilPhase(a, 'reconnecting');
    const waiting = join(a, 'lobby');
    await a.close();
    await expect(waiting).rejects.toMatchObject({ code: 'usage/closed' });
    expect(a.state.get().phase).toBe('closed');
  });
});

describe('[A6] two tabs with one identity do not fight', () => {
  it('the newest wins; the replaced one is closed, says why, and never dials again', async () => {
    const { network } = await behindProxy();
    const alice = await newActor();
    const first = await connect(network.url, alice);
    const waiting = join(first, 'lobby').then((room) => room);
    await waiting;
    const second = await connect(network.url, { ...alice, epoch: new Uint8Array(16).fill(7) });
    const { error } = await untilPhase(first, 'closed');
    expect(error).toMatchObject({ code: 'rendezvous/replaced', retryable: false });
    await expect(first.lookup(alice.peerId)).rejects.toMatchObject({ code: 'rendezvous/replaced' });
    // Longer than any first backoff: a round trip for each 10 ms of it.
    for (const endsAtMs = performance.now() + 400; performance.now() < endsAtMs;)
      await second.lookup(alice.peerId);
    expect(network.accepted).toBe(2);
    expect(second.state.get().phase).toBe('connected');
  });

  it('a refusal for good at a resume closes', async () => {
    const { network, house } = await behindProxy();
    const a = await connect(network.url, await newActor());
    await house.close();
    network.target = (await rendezvous({ publicOrigins: [network.origin], keys: ['other'] })).port;
    const { error } = await untilPhase(a, 'closed');
    expect(error?.code).toBe('auth/unknown-key');
  });
});

describe('[A6] a rendezvous that lies', () => {
  const deliver = (counter: number, value = counter) =>
    ({ t: 'deliver', counter, envelope: envelope(value) }) as const;

  it('counted frames act once, however often they are sent', async () => {
    const server = await liar();
    const a = await connect(server.url, await newActor());
    const heard = envelopesOf(a);
    const socket = await server.registered(1);
    for (const counter of [1, 2, 1, 2, 2, 3]) socket.say(deliver(counter));
    await heard.count(3);
    socket.say(deliver(4));
    await heard.count(4);
    expect(heard.all.map(([value]) => value)).toEqual([1, 2, 3, 4]);
  });

  it('a gap in the counters cannot be resumed: it begins anew', async () => {
    const server = await liar();
    const a = await connect(server.url, await newActor());
    const heard = envelopesOf(a);
    (await server.registered(1)).say(deliver(2));
    const again = await server.registered(2);
    expect(again.received[0]).not.toHaveProperty('resumeAfter');
    again.say(deliver(1, 9));
    await heard.count(1);
    expect(heard.all).toEqual([envelope(9)]);
  });

  it('after a loss it resumes from the last counter that it saw', async () => {
    const server = await liar();
    const a = await connect(server.url, await newActor());
    const heard = envelopesOf(a);
    const socket = await server.registered(1);
    for (const counter of [1, 2]) socket.say(deliver(counter));
    await heard.count(2);
    socket.socket.terminate();
    expect((await server.registered(2)).received[0]).toMatchObject({ t: 'register', resumeAfter: 2 });
  });

  it.each([
    ['garbage', Uint8Array.of(0xc1, 1, 2)],
    ['text', 'hello'],
    ['a frame of an unknown kind', Uint8Array.of(0x81, 0xa1, 0x74, 0xa1, 0x78)],
    ['another challenge', encodeServerMessage({ t: 'challenge', challenge: new Uint8Array(32) })],
    ['a giant frame', new Uint8Array(600 * 1024)],
  ])('%s costs it the socket, and nothing else', async (_what, bytes) => {
    const server = await liar();
    const a = await connect(server.url, await newActor());
    (await server.registered(1)).sayBytes(bytes);
    await server.registered(2);
    await untilPhase(a, 'connected');
  });

  it('the card of another peer is not taken for an answer', async () => {
    const [alice, bob, mallory] = [await newActor(), await newActor(), await newActor()];
    const card = await cardOf(mallory);
    const server = await liar((message, socket) => {
      if (message.t === 'lookup') socket.say({ t: 'card', id: message.id, card });
    });
    const a = await connect(server.url, alice);
    await expect(a.lookup(bob.peerId)).rejects.toMatchObject({ code: 'identity/mismatch' });
    expect((await a.lookup(mallory.peerId)).peerId).toBe(mallory.peerId);
  });

  it('an answer of the wrong kind is an error, not a result', async () => {
    const server = await liar((message, socket) => {
      if ('id' in message) socket.say({ t: 'done', id: message.id });
    });
    const a = await connect(server.url, await newActor());
    await expect(a.lookup((await newActor()).peerId)).rejects.toMatchObject({ code: 'rendezvous/bad-frame' });
    await expect(join(a, 'lobby')).rejects.toMatchObject({ code: 'rendezvous/bad-frame' });
  });

  it('members without a valid card are nobody; strangers that leave, and other rooms, are nothing', async () => {
    const [alice, bob, charlie] = [await newActor(), await newActor(), await newActor()];
    const forged = await cardOf(charlie);
    forged[forged.length - 1]! ^= 1;
    const listed: ListedMember[] = [
      { card: forged, order: 1 },
      { card: await cardOf(bob), order: 2 },
      { card: await cardOf(bob), order: 3 },
      { card: new Uint8Array(3), order: 4 },
      { card: await cardOf(alice), order: 5 },
    ];
    const server = await liar((message, socket) => {
      if (message.t === 'join')
        socket.say({ t: 'joined', id: message.id, room: message.room, members: listed });
    });
    const a = await connect(server.url, alice);
    const room = await join(a, 'lobby');
    expect(room.members.get().map(({ peerId, order }) => [peerId, order])).toEqual([[bob.peerId, 2]]);
    expect(room.order.get()).toBe(5);
    const before = room.members.get();
    const socket = await server.registered(1);
    socket.say({ t: 'member-left', counter: 1, room: 'lobby', peer: charlie.peerId });
    socket.say({ t: 'member-joined', counter: 2, room: 'lobby', member: { card: forged, order: 6 } });
    socket.say({
      t: 'member-joined',
      counter: 3,
      room: 'elsewhere',
      member: { card: await cardOf(charlie), order: 1 },
    });
    socket.say({ t: 'joined', id: 4_000, room: 'lobby', members: [] });
    const heard = envelopesOf(a);
    socket.say(deliver(4));
    await heard.count(1);
    expect(room.members.get()).toBe(before);
  });

  it('after it had forgotten everybody, members that are as they were keep their references', async () => {
    const [alice, bob, charlie] = [await newActor(), await newActor(), await newActor()];
    const [a, b, c] = [await cardOf(alice), await cardOf(bob), await cardOf(charlie)];
    const lists = [[b, a], [b, a], [b, c, a]]; // prettier-ignore
    const server = await liar(
      (message, socket) => {
        if (message.t !== 'join') return;
        const members = (lists.shift() ?? []).map((card, order) => ({ card, order }));
        socket.say({ t: 'joined', id: message.id, room: message.room, members });
        socket.say(deliver(1)); // heard once the list was applied
      },
      { resumed: false, counter: 0 },
    );
    const client = await connect(server.url, alice);
    const heard = envelopesOf(client);
    const { members } = await join(client, 'lobby');
    const before = members.get();
    await heard.count(1);
    (await server.registered(1)).socket.terminate();
    await heard.count(2);
    expect(members.get()).toBe(before);
    (await server.registered(2)).socket.terminate();
    await heard.count(3);
    expect(members.get()[0]).toBe(before[0]);
    expect(members.get()[1]?.peerId).toBe(charlie.peerId);
  });

  it('an arrival is known before the envelope that follows it, though its card takes time to verify', async () => {
    const [alice, bob] = [await newActor(), await newActor()];
    const own = await cardOf(alice);
    const server = await liar((message, socket) => {
      if (message.t !== 'join') return;
      socket.say({ t: 'joined', id: message.id, room: message.room, members: [{ card: own, order: 0 }] });
    });
    const a = await connect(server.url, alice);
    const room = await join(a, 'lobby');
    const seen: number[] = [];
    a.onEnvelope(() => seen.push(room.members.get().length));
    const heard = envelopesOf(a);
    const socket = await server.registered(1);
    socket.say({
      t: 'member-joined',
      counter: 1,
      room: 'lobby',
      member: { card: await cardOf(bob), order: 1 },
    });
    socket.say(deliver(2));
    socket.say({ t: 'member-left', counter: 3, room: 'lobby', peer: bob.peerId });
    socket.say(deliver(4));
    await heard.count(2);
    expect(seen).toEqual([1, 0]);
  });
});

async function cardOf({ signer, epoch }: Actor) {
  return signCard(signer, { epoch, versions: [1], persistent: false });
}
