import type { PeerId } from '@conclave/core';
import type { RoomSecret } from '@conclave/core/rooms';

import type { PeerProcess } from '../../support/peer-process.js';
import { throughout, until } from '../../support/wait.js';
import { untilFrames } from '../support/actions.js';
import { join, seen, sees, useRoomScene } from './room-scene.js';

const nonceOf = (peer: PeerProcess, farId: PeerId): Promise<string> =>
  peer.evaluate((id: PeerId) => String(kit.keep.connection.links.get().get(id)?.nearNonce), farId);

describe('a second link', () => {
  const scene = useRoomScene();

  it('[B2] who is listed in a secret room that he is not in, and linked already, stays linked: a link that one end refuses ends none', async () => {
    const [alice, bob] = await Promise.all([scene.start('alice'), scene.start('bob')]);
    await Promise.all([join(alice), join(bob)]);
    await Promise.all([sees(alice, 'bob'), sees(bob, 'alice')]);
    for (const peer of [alice, bob])
      await peer.evaluate(async () => {
        await kit.keep.room.streams.get('camera')!.attachVideo((await kit.media()).video);
      });
    await Promise.all([untilFrames(alice), untilFrames(bob)]);
    const before = await Promise.all([nonceOf(alice, scene.id(bob)), nonceOf(bob, scene.id(alice))]);
    const stays = await Promise.all([seen(alice), seen(bob)]);
    await alice.evaluate(async () => {
      const secret: RoomSecret = conclave.createRoomSecret();
      kit.keep.connection.on('refused', (code) => kit.keep.heard.push(code));
      (kit.keep as unknown as { attic: unknown }).attic = await conclave.joinRoom(kit.keep.connection, {
        room: 'attic',
        secret,
      });
    });
    // The lie of a rendezvous: bob is in the list of a room whose secret he does not know.
    const attic = scene.rooms().find((room) => room !== 'garden')!;
    await bob.evaluate(async (room: string) => {
      await conclave.enterRoom(kit.keep.connection, room);
    }, attic);
    const refusals = () =>
      alice.evaluate(() => kit.keep.heard.filter((code) => code === 'room/not-admitted').length);
    // Once is not enough: which end closes first is a race.
    await until(async () => (await refusals()) >= 3, {
      within: 20_000,
      what: 'alice has refused him three times',
    });
    await throughout(500, async () => {
      expect(await Promise.all([nonceOf(alice, scene.id(bob)), nonceOf(bob, scene.id(alice))])).toEqual(
        before,
      );
      expect(await Promise.all([seen(alice), seen(bob)])).toEqual(stays);
    });
    await Promise.all([untilFrames(alice), untilFrames(bob)]);
  });
});
