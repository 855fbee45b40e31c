import type { PeerId } from '@conclave/core';

import { untilFrames } from '../../node/support/actions.js';
import type { Peer } from '../../support/peer.js';
import { throughout, until } from '../../support/wait.js';
import { beginRecord, enter, recordOf } from './honest.js';
import type { HostileCast } from './hostile-cast.js';

/** How long it is watched that a room stays as it is. */
const WATCH_MS = 500;

/** Joins a room with a camera; `joined`, or the code of what it was refused with. */
export function joinWithCamera(peer: Peer, room: string, options: object = {}): Promise<string> {
  return peer.evaluate(
    async (name: string, more: object) => {
      try {
        kit.keep.room = await conclave.joinRoom(kit.keep.connection, {
          room: name,
          publish: ['camera'],
          ...more,
        });
        await kit.keep.room.streams.get('camera')!.attachVideo((await kit.media()).video);
        return 'joined';
      } catch (error) {
        return kit.codeOf(error);
      }
    },
    room,
    options,
  );
}

/** Whom a peer sees in its room, with the phase of each and the code of its end. */
export function participantsOf(peer: Peer): Promise<Record<PeerId, string>> {
  return peer.evaluate(() =>
    Object.fromEntries(
      kit.keep.room.participants.get().map(({ id, state }) => {
        const now = state.get();
        return [id, 'code' in now ? `${now.phase} ${now.code}` : now.phase];
      }),
    ),
  );
}

/** Two peers that hear and see each other in a room. */
export interface RoomCall {
  readonly alice: Peer;
  readonly bob: Peer;
  readonly aliceId: PeerId;
  readonly bobId: PeerId;
  /** Each sees the other one present, over the same link as before, and frames go both ways. */
  goesOn(): Promise<void>;
}

/** Alice and bob meet in the room `garden`, introduced honestly; what they write down begins afterwards. */
export async function roomCall(cast: HostileCast, options: object = {}): Promise<RoomCall> {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const aliceId = await enter(alice, cast);
  const bobId = await enter(bob, cast);
  expect([
    await joinWithCamera(alice, 'garden', options),
    await joinWithCamera(bob, 'garden', options),
  ]).toEqual(['joined', 'joined']);
  const present = async () =>
    (await participantsOf(alice))[bobId] === 'present' && (await participantsOf(bob))[aliceId] === 'present';
  await until(present, { within: 10_000, what: 'they are present to each other' });
  await Promise.all([untilFrames(alice), untilFrames(bob)]);
  const linked = await Promise.all([alice, bob].map(beginRecord));
  const unchanged = async () => {
    expect(await participantsOf(alice)).toMatchObject({ [bobId]: 'present' });
    expect(await participantsOf(bob)).toMatchObject({ [aliceId]: 'present' });
    for (const [index, peer] of [alice, bob].entries())
      expect((await recordOf(peer)).links).toMatchObject(linked[index]!);
  };
  return {
    alice,
    bob,
    aliceId,
    bobId,
    async goesOn() {
      await Promise.all([untilFrames(alice), untilFrames(bob), throughout(WATCH_MS, unchanged)]);
    },
  };
}
