import {
  decodeControlFrame,
  decodeDataFrame,
  type ControlFrame,
  type ErrorCode,
  type PeerId,
  type Value,
} from '@conclave/protocol';

import type { RoomKey } from '../../src/link/room-key.js';
import { MOVE_TIMEOUT_MS } from '../../src/logic/play-request.js';
import { MAX_OUTBOX_MESSAGES } from '../../src/logic/outbox.js';
import { turns } from '../support/reports.js';
import { ALICE, BOB, CHARLIE, publisherScene, StreamEnd, streamEnds } from '../support/stream-ends.js';
import { ACK_MS, pass, useVirtualTime } from '../support/virtual-time.js';
import { virtualLink } from '../support/virtual-link.js';

useVirtualTime();

const TEA: RoomKey = { id: 'tea', prove: () => Promise.resolve(new Uint8Array(32)) };

/** Alice publishes and counts whom she asks about; bob plays and notes what he hears. */
async function scene(roomKey?: RoomKey) {
  const ends = streamEnds();
  const heard: Value[] = [];
  let asked = 0;
  const outgoing = ends.alice.publisher.publish('camera', () => (asked += 1) > 0, roomKey);
  ends.connect({ rooms: new Set(['tea']) });
  const incoming = ends.bob.subscriptions.play(ALICE, 'camera', { media: false, roomKey });
  incoming.handle('chat', (text) => heard.push(text));
  await ends.settle();
  const [toBob] = outgoing.peerStreams.get();
  if (!toBob) throw new Error('bob does not play');
  return { ...ends, outgoing, incoming, heard, toBob, asked: () => asked };
}

test('[D6] a subscription moves to a new link as it is: nobody is asked again, and what was sent meanwhile arrives in order, once', async () => {
  const { outgoing, incoming, heard, toBob, asked, cut, connect, settle } = await scene();
  const before = toBob.link;
  const sent = [outgoing.send('chat', 1)];
  cut(true);
  expect([toBob.state.get().phase, incoming.state.get().phase]).toEqual(['interrupted', 'interrupted']);
  sent.push(outgoing.send('chat', 2), toBob.send('chat', 3));
  connect();
  sent.push(outgoing.send('chat', 4));
  await settle();
  sent.push(outgoing.send('chat', 5));
  await settle();
  expect(heard).toEqual([1, 2, 3, 4, 5]);
  for (const { delivered } of sent) expect(await delivered).toEqual(new Map([[BOB, 'delivered']]));
  expect([toBob.state.get().phase, incoming.state.get().phase]).toEqual(['playing', 'playing']);
  expect(outgoing.peerStreams.get()).toEqual([toBob]);
  expect(toBob.link).not.toBe(before);
  expect(asked()).toBe(1);
  await pass(MOVE_TIMEOUT_MS);
  expect(toBob.state.get().phase).toBe('playing');
});

test('[D6] a link that goes before its first frame costs nothing: the next one brings everything', async () => {
  const { outgoing, heard, asked, cut, connect, settle } = await scene();
  outgoing.send('chat', 1);
  cut(true);
  for (let times = 0; times < 3; times += 1) {
    connect();
    outgoing.send('chat', times + 2);
    cut(true);
  }
  connect();
  await settle();
  expect(heard).toEqual([1, 2, 3, 4]);
  expect(asked()).toBe(1);
});

test('[D6] a subscription that is not said again on the new link ends after 20 s', async () => {
  const { alice, outgoing, toBob, cut } = await scene();
  cut(true);
  const { delivered } = outgoing.send('chat', 1);
  alice.up(virtualLink([ALICE, BOB]).ends[0]);
  await pass(MOVE_TIMEOUT_MS - 100);
  expect(toBob.state.get().phase).toBe('interrupted');
  await pass(100);
  expect(toBob.state.get()).toEqual({ phase: 'closed', code: 'stream/unsubscribed' });
  expect(outgoing.peerStreams.get()).toEqual([]);
  expect(await delivered).toEqual(new Map([[BOB, 'not-sent']]));
  expect(alice.publisher.granted.get()).toEqual([]);
});

test('[D6] where no other link comes about, what was to move has ended', async () => {
  const { alice, outgoing, toBob, cut } = await scene();
  outgoing.send('chat', 1);
  cut(true);
  const { delivered } = outgoing.send('chat', 2);
  alice.publisher.gone(BOB, 'peer/lost');
  alice.lanes.gone(BOB);
  await turns();
  expect(toBob.state.get()).toEqual({ phase: 'closed', code: 'peer/lost' });
  expect(await delivered).toEqual(new Map([[BOB, 'not-sent']]));
  expect(jest.getTimerCount()).toBe(0);
});

test('[C7] a play that is being asked about moves too, and is asked about once', async () => {
  const { alice, bob, connect, cut, settle } = streamEnds();
  let say!: (yes: boolean) => void;
  let asked = 0;
  const outgoing = alice.publisher.publish('camera', () => {
    asked += 1;
    return new Promise((resolve) => (say = resolve));
  });
  connect();
  const incoming = bob.subscriptions.play(ALICE, 'camera', { media: false });
  await settle();
  cut(true);
  connect();
  await settle();
  expect(incoming.state.get().phase).toBe('requested');
  say(true);
  await settle();
  expect(incoming.state.get().phase).toBe('playing');
  expect([asked, outgoing.peerStreams.get().length]).toEqual([1, 1]);
});

test('[C6] a play that waits for its name moves too', async () => {
  const { alice, bob, connect, cut, settle } = streamEnds();
  connect();
  const incoming = bob.subscriptions.play(ALICE, 'camera', { media: false });
  await settle();
  cut(true);
  connect();
  await settle();
  expect(alice.publisher.waitingRoom.list.get()).toEqual([{ farId: BOB, name: 'camera' }]);
  alice.publisher.publish('camera', () => true);
  await settle();
  expect(incoming.state.get().phase).toBe('playing');
});

test('[B6] on a new link on which the room was not proven the subscription ends, and nothing of the room crosses', async () => {
  const { alice, bob, outgoing, incoming, heard, toBob, cut, connect, settle } = await scene(TEA);
  const { request } = alice.publisher.granted.get()[0]!.play;
  outgoing.send('chat', 'on its way');
  cut(true);
  const waits = outgoing.send('chat', 'waits');
  const crossed: number[] = [];
  connect({
    rooms: new Set(),
    asked: new Set(['tea']),
    sent(_, { lane, bytes }) {
      if (lane === 'messages') crossed.push(bytes[0]!);
    },
  });
  const late = incoming.state.get().phase === 'closed' && toBob.state.get().phase !== 'closed';
  if (late) outgoing.send('chat', 'late');
  // Bob may say the play all the same.
  alice.publisher.control(alice.port!, { t: 'play', play: { request, stream: 'camera' } });
  await settle();
  expect(late).toBe(true);
  expect(heard).toEqual([]);
  expect(crossed.filter((type) => type === 1)).toEqual([]);
  expect(await waits.delivered).toEqual(new Map([[BOB, 'not-sent']]));
  expect(toBob.state.get()).toMatchObject({ phase: 'closed', code: 'room/not-admitted' });
  expect(incoming.state.get()).toMatchObject({ phase: 'closed', code: 'room/not-admitted' });
  expect(bob.refused).toBe(0);
});

type Scene = Awaited<ReturnType<typeof scene>>;

/** Charlie, who has room, makes bob the one who falls behind. */
async function stall({ alice, outgoing, toBob }: Scene): Promise<void> {
  const { port } = virtualLink([ALICE, CHARLIE]).ends[0];
  alice.lanes.up(port);
  alice.publisher.farPlays(port, [{ request: 1, stream: 'camera' }]);
  await turns();
  for (let sent = 0; toBob.state.get().phase !== 'closed' && sent <= MAX_OUTBOX_MESSAGES; sent += 1) {
    outgoing.send('chat', sent);
    alice.lanes.with(CHARLIE).discard(() => true);
  }
}

test.each<[string, ErrorCode, 'before' | 'after', (of: Scene) => void | Promise<void>]>([
  ['closed on a silent link', 'stream/closed', 'before', ({ toBob }) => toBob.close('out')],
  ['closed between two links', 'stream/closed', 'after', ({ toBob }) => toBob.close('out')],
  ['stalled on a silent link', 'stream/stalled', 'before', stall],
  ['stalled between two links', 'stream/stalled', 'after', stall],
])(
  '[D6] a subscription that was %s does not come back on the new one, and nobody is asked again',
  async (_, code, when, end) => {
    const all = await scene();
    const { outgoing, incoming, heard, toBob, asked, cut, connect, settle } = all;
    if (when === 'after') cut(true);
    await end(all);
    if (when === 'before') cut(true);
    expect(toBob.state.get()).toEqual({ phase: 'closed', code });
    const askedBefore = asked();
    connect();
    await settle();
    outgoing.send('chat', 'late');
    await settle();
    expect(incoming.state.get()).toMatchObject({ phase: 'closed', code });
    expect(outgoing.peerStreams.get().filter(({ farId }) => farId === BOB)).toEqual([]);
    expect(heard).not.toContain('late');
    expect(asked()).toBe(askedBefore);
  },
);

test('[C12] that media is wanted again is said again on the new link, since the silent one may have lost it', async () => {
  const { incoming, cut, connect, settle } = await scene();
  await incoming.receiveVideo(false);
  await settle();
  await incoming.receiveVideo(true);
  cut(true);
  const said: ControlFrame[] = [];
  connect({
    sent(to, { lane, bytes }) {
      const frame = lane === 'control' && to === 0 && decodeControlFrame(bytes);
      if (frame && frame.ok) said.push(frame.value);
    },
  });
  await settle();
  expect(said.filter(({ t }) => t === 'receive')).toEqual([
    expect.objectContaining({ audio: true, video: true }),
  ]);
});

test('[B6] what a secret room’s stream has sent does not cross a link on which the room was not proven, also once it is closed', async () => {
  const { outgoing, heard, cut, connect, settle } = await scene(TEA);
  const onItsWay = outgoing.send('chat', 'on its way');
  await outgoing.close();
  cut(true);
  const crossed: number[] = [];
  connect({
    rooms: new Set(),
    asked: new Set(),
    sent(_, { lane, bytes }) {
      if (lane === 'messages') crossed.push(bytes[0]!);
    },
  });
  await settle();
  expect(crossed.filter((type) => type === 1)).toEqual([]);
  expect(heard).toEqual([]);
  expect(await onItsWay.delivered).toEqual(new Map([[BOB, 'unknown']]));
});

test('[D6] what becomes of a message, when it shows before the far end has said where it stands on the new link, is said after that', async () => {
  const { alice, bob, outgoing, incoming, cut, connect, settle } = await scene();
  const heardLate: Value[] = [];
  const { delivered } = outgoing.send('note', 'waits for its handler');
  await settle();
  cut(true);
  const { ends } = connect();
  const saidByBob = () =>
    ends[0].inbound
      .filter(({ lane }) => lane === 'messages')
      .map(({ bytes }) => {
        const frame = decodeDataFrame(bytes);
        return frame.ok ? frame.value.type : frame.code;
      });
  incoming.handle('note', (text) => heardLate.push(text));
  await pass(ACK_MS);
  expect(saidByBob()).toEqual(['resume']);
  while (bob.receive());
  await pass(ACK_MS);
  expect(saidByBob()).toEqual(['resume', 'ack']);
  await settle();
  expect(heardLate).toEqual(['waits for its handler']);
  expect(await delivered).toEqual(new Map([[BOB, 'delivered']]));
  expect([alice.refused, bob.refused]).toEqual([0, 0]);
});

test('[D6] a peer that comes back in another life plays anew, and what moved of its former life ends at once', async () => {
  const { alice, outgoing, heard, toBob, cut } = await scene();
  cut(true);
  const { delivered } = outgoing.send('chat', 'to the former life');
  const [atAlice, atBob] = virtualLink([ALICE, BOB]).ends;
  const bob = new StreamEnd(BOB);
  const heardAnew: Value[] = [];
  alice.up(atAlice);
  bob.up(atBob);
  const incoming = bob.subscriptions.play(ALICE, 'camera', { media: false });
  incoming.handle('chat', (text) => heardAnew.push(text));
  const settle = async () => {
    while (alice.receive() || bob.receive());
    await pass(ACK_MS);
  };
  for (let times = 0; times < 3; times += 1) await settle();
  expect(toBob.state.get()).toEqual({ phase: 'closed', code: 'link/replaced' });
  expect(await delivered).toEqual(new Map([[BOB, 'not-sent']]));
  expect(incoming.state.get().phase).toBe('playing');
  expect(outgoing.peerStreams.get()).toHaveLength(1);
  outgoing.send('chat', 'to the next life');
  for (let times = 0; times < 3; times += 1) await settle();
  expect([heard, heardAnew]).toEqual([[], ['to the next life']]);
});

/** Alice publishes to bob and charlie over links that take nothing until the test says so. */
async function toTwo() {
  const { publisher, lanes } = publisherScene();
  const stream = publisher.publish('camera', () => true);
  const links = [BOB, CHARLIE].map((farId: PeerId) => virtualLink([ALICE, farId]));
  for (const link of links) {
    lanes.up(link.ends[0].port);
    publisher.farPlays(link.ends[0].port, [{ request: 1, stream: 'camera' }]);
  }
  await turns();
  return { stream, lanes, links };
}

test('[C10] where nobody has room send throws and closes nobody; where one has not, that one is closed as stalled', async () => {
  const { stream, lanes } = await toTwo();
  const [bob, charlie] = stream.peerStreams.get();
  for (let sent = 0; sent < MAX_OUTBOX_MESSAGES; sent += 1) stream.send('chat', sent);
  expect(() => stream.send('chat', 'too much')).toThrow(expect.objectContaining({ code: 'data/congested' }));
  expect(() => bob!.send('chat', 'too much')).toThrow(expect.objectContaining({ code: 'data/congested' }));
  expect(stream.peerStreams.get()).toHaveLength(2);
  lanes.with(CHARLIE).discard(() => true);
  const { delivered } = stream.send('chat', 'charlie has room');
  expect(bob!.state.get()).toEqual({ phase: 'closed', code: 'stream/stalled' });
  expect(stream.peerStreams.get()).toEqual([charlie]);
  lanes.gone(CHARLIE);
  expect(await delivered).toEqual(
    new Map([
      [BOB, 'not-sent'],
      [CHARLIE, 'not-sent'],
    ]),
  );
});
