import { until } from '../../support/wait.js';
import { hears, join, say, seen, sees, useRoomScene } from './room-scene.js';

describe('a room of Node peers', () => {
  const scene = useRoomScene();

  async function three() {
    const [alice, bob, charlie] = await Promise.all([
      scene.start('alice'),
      scene.start('bob'),
      scene.start('charlie'),
    ]);
    await Promise.all([join(alice), join(bob), join(charlie)]);
    await Promise.all([sees(alice, 'bob charlie'), sees(bob, 'alice charlie'), sees(charlie, 'alice bob')]);
    return { alice, bob, charlie };
  }

  it('[E8] three who join see each other with metadata and play each other', async () => {
    const { alice, bob, charlie } = await three();
    for (const peer of [alice, bob, charlie]) {
      await until(async () => (await seen(peer)).every(({ streams }) => streams === 'camera playing'), {
        within: 5_000,
        what: `${peer.name} plays both cameras`,
      });
    }
  });

  it('[E8] participants keep their reference, and the observable completes when the room is left', async () => {
    const { alice } = await three();
    const result = await alice.evaluate(async () => {
      const { room } = kit.keep;
      const same = room.participants.get() === room.participants.get();
      const lengths: number[] = [];
      let completed = false;
      room.participants$.subscribe({
        next: (all) => lengths.push(all.length),
        complete: () => (completed = true),
      });
      const first = room.participants.get()[0]!;
      await Promise.all([room.leave(), room.leave()]);
      return { same, lengths, completed, state: first.state.get().phase };
    });
    expect(result).toEqual({ same: true, lengths: [2, 0], completed: true, state: 'left' });
  });

  it('[E8] a message to all reaches all, and a message to one only that one', async () => {
    const { alice, bob, charlie } = await three();
    const all = await say(alice, 'to all');
    expect(all).toEqual({ [scene.id(bob)]: 'delivered', [scene.id(charlie)]: 'delivered' });
    const one = await alice.evaluate(async (id: string) => {
      const to = kit.keep.room.participants.get().find((participant) => participant.id === id)!;
      return [...(await to.send('chat', 'to bob', { bytes: new Uint8Array([1]) }).delivered).values()];
    }, scene.id(bob));
    expect(one).toEqual(['delivered']);
    expect(await hears(bob, 2)).toEqual([
      ['alice', 'to all'],
      ['alice', 'to bob', { bytes: new Uint8Array([1]) }],
    ]);
    await say(alice, 'last'); // behind anything that charlie should not have got
    expect(await hears(charlie, 2)).toEqual([
      ['alice', 'to all'],
      ['alice', 'last'],
    ]);
  });

  it('[E8] who joins late hears nothing old', async () => {
    const alice = await scene.start('alice');
    const bob = await scene.start('bob');
    await Promise.all([join(alice), join(bob)]);
    await Promise.all([sees(alice, 'bob'), sees(bob, 'alice')]);
    await say(alice, 'old');
    await hears(bob, 1);
    const charlie = await scene.start('charlie');
    await join(charlie);
    await Promise.all([sees(alice, 'bob charlie'), sees(charlie, 'alice bob')]);
    await say(alice, 'new');
    expect(await hears(charlie, 1)).toEqual([['alice', 'new']]);
  });

  it('[E8] what one says of itself can be changed', async () => {
    const { alice, bob } = await three();
    await alice.evaluate(() => {
      for (let i = 0; i < 20; i++) kit.keep.room.setMetadata({ name: `alice${i}` });
    });
    await sees(bob, 'alice19 charlie');
  });

  it('[E8] who leaves is gone for the others within 2 s, and comes back as somebody new', async () => {
    const { alice, bob, charlie } = await three();
    const before = (await seen(alice)).find(({ name }) => name === 'charlie')!;
    await charlie.evaluate(() => kit.keep.room.leave());
    await Promise.all([sees(alice, 'bob', 2_000), sees(bob, 'alice', 2_000)]);
    await join(charlie);
    await Promise.all([sees(alice, 'bob charlie'), sees(charlie, 'alice bob')]);
    const after = await seen(alice);
    expect(after.map(({ name }) => name)).toEqual(['bob', 'charlie']);
    expect(after[1]!.object).not.toBe(before.object);
  });

  it('[E8] who is killed is gone for the others within 10 s, and they stay together', async () => {
    const { alice, bob, charlie } = await three();
    await charlie.kill();
    await Promise.all([sees(alice, 'bob'), sees(bob, 'alice')]);
    expect(await say(alice, 'still here')).toEqual({ [scene.id(bob)]: 'delivered' });
  });

  it('[E8] a rendezvous that restarts without memory loses nobody, and introduces newcomers again', async () => {
    const { alice, bob } = await three();
    const before = await seen(alice);
    await scene.stopRendezvous();
    await until(() => alice.evaluate(() => kit.keep.connection.state.get().phase === 'reconnecting'), {
      within: 5_000,
      what: 'alice notices',
    });
    expect(await seen(alice)).toEqual(before);
    await scene.startRendezvous();
    const dora = await scene.start('dora');
    await join(dora);
    await Promise.all([
      sees(dora, 'alice bob charlie', 20_000),
      sees(bob, 'alice charlie dora', 20_000),
      sees(alice, 'bob charlie dora', 20_000),
    ]);
    expect((await seen(alice)).slice(0, 2)).toEqual(before);
  });

  it('[E8] two rooms on one connection do not mix, and leaving one leaves the other as it is', async () => {
    const [alice, bob] = await Promise.all([scene.start('alice'), scene.start('bob')]);
    await Promise.all([join(alice), join(bob)]);
    await Promise.all([sees(alice, 'bob'), sees(bob, 'alice')]);
    const second = { room: 'garden/camera', metadata: { name: 'second' } };
    const joinSecond = async (options: typeof second) => {
      const room = await conclave.joinRoom(kit.keep.connection, options);
      room.handle('chat', (_, ...args) => kit.keep.heard.push(['second', ...args]));
      const ready = () => room.participants.get()[0]?.state.get().phase === 'present';
      while (!ready()) await new Promise((resolve) => setTimeout(resolve, 20));
      await room.participants.get()[0]!.streams.get().get('camera')!.ready;
      Object.assign(kit.keep, { second: room });
    };
    await Promise.all([alice.evaluate(joinSecond, second), bob.evaluate(joinSecond, second)]);
    const links = await alice.evaluate(async () => {
      const { second: room } = kit.keep as typeof kit.keep & { second: typeof kit.keep.room };
      await room.send('chat', 'in the second').delivered;
      await room.leave();
      return kit.keep.connection.links.get().size;
    });
    expect(links).toBe(1);
    await say(alice, 'in the first');
    expect(await hears(bob, 2)).toEqual([
      ['second', 'in the second'],
      ['alice', 'in the first'],
    ]);
    await Promise.all([sees(alice, 'bob'), sees(bob, 'alice')]);
  });

  it('[E8] a room is left and joined again at once, as React does in StrictMode; twice at a time is refused', async () => {
    const alice = await scene.start('alice');
    const bob = await scene.start('bob');
    await join(bob);
    await join(alice);
    expect(await join(alice)).toBe('stream/name-taken');
    const codes = await alice.evaluate(async () => {
      const { connection, room } = kit.keep;
      void room.leave();
      const given = new AbortController();
      const aborted = conclave
        .joinRoom(connection, { room: 'garden', signal: given.signal })
        .catch(kit.codeOf);
      given.abort();
      kit.keep.room = await conclave.joinRoom(connection, { room: 'garden', metadata: { name: 'alice' } });
      return [await aborted, kit.keep.room.state.get().phase];
    });
    expect(codes).toEqual(['usage/aborted', 'joined']);
    await Promise.all([sees(alice, 'bob'), sees(bob, 'alice')]);
  });
});
