import type { PeerId } from '@conclave/core';

import { until } from '../../support/wait.js';
import { hears, join, say, seen, sees, useRoomScene } from './room-scene.js';

describe('the limits of a room of Node peers', () => {
  const scene = useRoomScene();

  it('[E6] the one too many is unreachable with its reason at both ends, and comes in when somebody goes', async () => {
    const alice = await scene.start('alice', { maxPeerConnections: 1 });
    const bob = await scene.start('bob');
    await join(alice);
    await join(bob);
    await Promise.all([sees(alice, 'bob'), sees(bob, 'alice')]);
    const charlie = await scene.start('charlie');
    await join(charlie);
    await sees(bob, 'alice charlie');
    for (const peer of [alice, charlie]) {
      await until(
        async () =>
          (await seen(peer)).some(({ phase, code }) => phase === 'unreachable' && code === 'stream/limit'),
        {
          within: 5_000,
          what: `${peer.name} says why`,
        },
      );
    }
    expect(await say(alice, 'for bob')).toEqual({ [scene.id(bob)]: 'delivered' });
    await bob.evaluate(() => kit.keep.room.leave());
    await Promise.all([sees(alice, 'charlie', 20_000), sees(charlie, 'alice', 20_000)]);
  });

  it('[E8] hostile announcements change nothing, and a message of an application is never one of the room', async () => {
    const alice = await scene.start('alice');
    const mallory = await scene.start('mallory');
    await join(alice);
    await mallory.evaluate(async () => {
      const { connection } = kit.keep;
      const control = connection.publish('room/garden/');
      kit.keep.outgoing['control'] = control;
      const { members } = await conclave.enterRoom(connection, 'garden');
      const [first] = members.get();
      kit.keep.incoming['control'] = connection.play(first!.peerId, 'room/garden/', { media: false });
      await new Promise<void>((resolve) => {
        const look = () => control.peerStreams.get().length > 0 && resolve();
        control.peerStreams.subscribe(look);
        look();
      });
      await kit.keep.incoming['control'].ready;
      const streams = Array.from({ length: 100 }, (_, index) => `s${index}`);
      control.send('hello', 'x'.repeat(2_000), ['camera']);
      control.send('hello', null, streams);
      control.send('hello', null, ['a/b']);
      control.send('hello', null);
      for (let i = 0; i < 300; i++) control.send('hello', { flood: i }, 'camera');
      for (const name of ['constructor', '__proto__', 'close', 'leave', 'chat', ''])
        if (name) control.send(name, 'gotcha');
      control.send('app:chat', 'last');
    });
    const heard = (await hears(alice, 1)) as unknown[][];
    expect(heard).toEqual([[undefined, 'last']]);
    expect(await seen(alice)).toMatchObject([
      { phase: 'present', name: undefined, streams: expect.stringMatching(/^camera (requested|waiting)$/) },
    ]);
    await mallory.evaluate(() => {
      kit.keep.outgoing['control']!.send('hello', { name: 'mallory' }, []);
    });
    await sees(alice, 'mallory');
    // What an application calls `hello` or `bye` is its own.
    const bob = await scene.start('bob');
    await join(bob);
    await sees(alice, 'bob mallory');
    await alice.evaluate(() => {
      kit.keep.room.handle('bye', () => undefined);
    });
    const outcome = await bob.evaluate(async () => {
      const { room } = kit.keep;
      room.send('hello', { name: 'nobody' }, []);
      return [...(await room.send('bye').delivered).values()];
    });
    expect(outcome).toContain('delivered');
    await sees(alice, 'bob mallory');
  });

  it('[E8] somebody who is not in the room plays nothing of it', async () => {
    const alice = await scene.start('alice');
    const mallory = await scene.start('mallory');
    await join(alice);
    const codes = await mallory.evaluate(async (id: PeerId) => {
      const plays = ['room/garden/', 'room/garden/camera'].map((name) => kit.keep.connection.play(id, name));
      return Promise.all(plays.map((play) => play.ready.then(() => 'playing', kit.codeOf)));
    }, scene.id(alice));
    expect(codes).toEqual(['stream/refused', 'stream/refused']);
    expect(await seen(alice)).toEqual([]);
  });

  it('[E8] what cannot be sent is refused at the sender, and nothing is sent in a room that was left', async () => {
    const alice = await scene.start('alice');
    await join(alice);
    const codes = await alice.evaluate(async () => {
      const { room } = kit.keep;
      const attempt = (act: () => unknown) => {
        try {
          act();
          return 'fine';
        } catch (error) {
          return kit.codeOf(error);
        }
      };
      const before = [
        attempt(() => room.send('chat', 'x'.repeat(70_000))),
        attempt(() => room.send('chat', (() => 1) as never)),
        attempt(() => room.send('', 1)),
        attempt(() => room.setMetadata('x'.repeat(2_000))),
        attempt(() => room.send('chat', 'nobody here')),
      ];
      await room.leave();
      return [...before, attempt(() => room.send('chat')), attempt(() => room.setMetadata(1))];
    });
    expect(codes).toEqual([
      'data/too-large',
      'data/unsupported-value',
      'usage/invalid-argument',
      'data/too-large',
      'fine',
      'usage/closed',
      'usage/closed',
    ]);
  });
});
