import type { PeerId } from '@conclave/core';

import { mediaBytes } from '../../node/support/actions.js';
import type { Peer } from '../../support/peer.js';
import { until } from '../../support/wait.js';
import { enter, recordOf } from '../support/honest.js';
import { joinWithCamera, participantsOf, roomCall, type RoomCall } from '../support/honest-room.js';
import { useHostileCast } from '../support/hostile-cast.js';

const cast = useHostileCast('alice', 'bob', 'charlie');

const newSecret = () => cast.peer('alice').evaluate(() => conclave.createRoomSecret());

/** Alice and bob in a secret room, and what the rendezvous knows it by. */
async function secretCall() {
  const rooms = new Set<string>();
  cast.rendezvous.lies.answer = (honest) => {
    if (honest.t === 'joined') rooms.add(honest.room);
    return [honest];
  };
  const secret = await newSecret();
  const call = await roomCall(cast, { secret });
  // Where something is open to everybody, strangers are linked for that; here nothing is.
  for (const peer of [call.alice, call.bob]) await peer.evaluate(() => kit.keep.outgoing['camera']!.close());
  expect(rooms.size).toBe(1);
  const [room] = rooms;
  expect(room).toMatch(/^[0-9a-f]{64}$/);
  return { call, room: room!, secret };
}

/** Lists a stranger to both, as one who was there before them, so that they offer. */
function list(call: RoomCall, room: string, stranger: PeerId) {
  const member = { card: cast.rendezvous.cardOf(stranger), order: 0 };
  for (const to of [call.aliceId, call.bobId]) cast.rendezvous.tell(to, { t: 'member-joined', room, member });
}

/** Both keep the stranger out, and say why; their call goes on, and he gets nothing: no question, no message, no byte. */
async function keptOut(call: RoomCall, charlie: Peer, charlieId: PeerId) {
  for (const peer of [call.alice, call.bob]) {
    const seen = async () => (await participantsOf(peer))[charlieId] === 'unreachable room/not-admitted';
    await until(seen, { within: 10_000, what: `${peer.name} says why` });
  }
  await call.goesOn();
  for (const peer of [call.alice, call.bob])
    expect(await recordOf(peer)).toMatchObject({ happened: [], strayBytes: 0 });
  // They prove to him who they are before they see that he cannot prove the room: to him, links may come and go.
  const { links, happened } = await recordOf(charlie);
  expect(links).toEqual({});
  expect(happened.filter((what) => what === 'asked' || what.startsWith('message'))).toEqual([]);
  expect(await mediaBytes(charlie)).toBe(0);
}

test('[B2] a rendezvous that adds a member to a secret room adds nobody: room/not-admitted; the call goes on', async () => {
  const { call, room, secret } = await secretCall();
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  list(call, room, charlieId);
  await keptOut(call, charlie, charlieId);
  // It has carried every introduction, and has been told neither the secret nor the name.
  const carried = Buffer.concat(cast.rendezvous.tape.map(({ envelope }) => envelope)).toString('latin1');
  expect(carried).toContain(room); // the streams of the room are named by what it knows
  for (const told of ['garden', secret, Buffer.from(secret, 'base64url').toString('latin1')])
    expect(carried).not.toContain(told);
});

test('[B2] a member of another secret room that is listed is not in this one: room/not-admitted; the call goes on', async () => {
  const { call, room } = await secretCall();
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  expect(await joinWithCamera(charlie, 'garden', { secret: await newSecret() })).toBe('joined');
  list(call, room, charlieId);
  await keptOut(call, charlie, charlieId);
  expect(await participantsOf(charlie)).toEqual({});
});

test('[B2] who is told what the rendezvous knows a secret room by, and goes there, meets nobody; the call goes on', async () => {
  const { call, room } = await secretCall();
  const charlie = cast.peer('charlie');
  const charlieId = await enter(charlie, cast);
  expect(await joinWithCamera(charlie, room)).toBe('joined'); // as an open room of that name
  await keptOut(call, charlie, charlieId);
  for (const phase of Object.values(await participantsOf(charlie))) expect(phase).not.toBe('present');
});
