import type { PagePeer } from '../support/browser.js';
import type { Peer } from '../support/peer.js';
import { connectAll } from '../support/scene.js';
import { useStage } from '../support/stage.js';
import { until } from '../support/wait.js';
import { describeIn } from '../support/where.js';
import { readTransports, transportBetween } from '../support/witness.js';

const NAMES = ['alice', 'bob', 'charlie', 'dave', 'erin'];

/** Joins a room with camera and microphone, plays everybody in an element, and keeps what is said in `heard`. */
const join = (peer: Peer) =>
  peer.evaluate(async (name: string) => {
    const { audio, video } = await kit.media();
    const room = await conclave.joinRoom(kit.keep.connection, { room: 'lobby', metadata: { name } });
    kit.keep.room = room;
    const camera = room.streams.get('camera')!;
    await Promise.all([camera.attachAudio(audio), camera.attachVideo(video)]);
    room.handle('say', (from, ...args) => kit.keep.heard.push([from.id, ...args]));
    const shown = new Set<unknown>();
    const show = () => {
      for (const { streams } of room.participants.get()) {
        const stream = streams.get().get('camera');
        if (stream?.video.get() && !shown.has(stream)) kit.listen((shown.add(stream), stream.mediaStream));
      }
    };
    setInterval(show, 100);
  }, peer.name);

const heard = (peer: Peer) => peer.evaluate(() => kit.keep.heard);

/** Everybody else whom a peer counts as in the room, with those who are not present marked. */
const present = (peer: Peer) =>
  peer.evaluate(() =>
    kit.keep.room.participants
      .get()
      .map(({ id, state }) => (state.get().phase === 'present' ? '' : `${state.get().phase} `) + id),
  );

/** Each directed stream of a full mesh: whether pictures and sound of `far` were decoded at `near`. */
async function silentStreams(peers: readonly PagePeer[]): Promise<string[]> {
  const readings = await Promise.all(
    peers.map(async (peer) => ({ peer, transports: await readTransports(peer) })),
  );
  return readings.flatMap((near) =>
    readings
      .filter((far) => far !== near)
      .filter((far) => {
        const one = near.transports.find((own) =>
          far.transports.some((other) => own.near === other.far && own.far === other.near),
        );
        return !one || one.incoming.video.frames === 0 || one.incoming.audio.energy === 0;
      })
      .map((far) => `${far.peer.name} at ${near.peer.name}`),
  );
}

describeIn(['chromium'], 'a room', () => {
  const stage = useStage('chromium');

  it('[E7] five people in a room see and hear each other, and the rendezvous carries none of it', async () => {
    const peers = await Promise.all(NAMES.map((name) => stage.open(name)));
    await connectAll(stage, ...peers);
    await Promise.all(peers.map(join));

    await until(async () => (await silentStreams(peers)).length === 0, {
      within: 30_000,
      what: '20 directed streams',
    });

    const mediaBytes = async () => {
      const transports = (await Promise.all(peers.map(readTransports))).flat();
      return transports.reduce((sum, { incoming }) => sum + incoming.audio.bytes + incoming.video.bytes, 0);
    };
    const [before, rendezvousBefore] = [await mediaBytes(), stage.rendezvousBytes()];
    await until(async () => (await mediaBytes()) > before + 200_000, {
      within: 20_000,
      what: '200 kB of media',
    });
    // Heartbeats of five sockets: what is left when nobody has anything to be introduced for.
    expect(stage.rendezvousBytes() - rendezvousBefore).toBeLessThan(2_000);
    expect(process.getActiveResourcesInfo()).not.toContain('UDPWrap'); // it runs in this process
    const [alice, bob] = peers as [PagePeer, PagePeer];
    const [near, far] = await Promise.all([transportBetween(alice, bob), transportBetween(bob, alice)]);
    expect(near.dtls[0]!.farAddress).toBe(far.dtls[0]!.nearAddress);
  });

  it('[C9] three people: a message to all reaches all, a message to one reaches that one only, each once', async () => {
    const peers = await Promise.all(NAMES.slice(0, 3).map((name) => stage.open(name)));
    const [alice, bob, charlie] = peers as [PagePeer, PagePeer, PagePeer];
    const ids = await connectAll(stage, ...peers);
    await Promise.all(peers.map(join));
    await until(async () => (await Promise.all(peers.map(present))).every((others) => others.length === 2), {
      within: 15_000,
      what: 'three people present for each other',
    });
    const names = () =>
      alice.evaluate(() =>
        kit.keep.room.participants
          .get()
          .flatMap(({ metadata }) => (metadata.get() as { name?: string } | undefined)?.name ?? []),
      );
    await until(async () => (await names()).sort().join() === 'bob,charlie', {
      within: 5_000,
      what: 'their names',
    });

    const outcomes = await alice.evaluate(async () => {
      const to = (delivery: ReturnType<typeof kit.keep.room.send>) => delivery.delivered;
      const all = [
        await to(kit.keep.room.send('say', 'one', { deep: [1, true] })),
        await to(kit.keep.room.send('say', 'two')),
      ];
      return all.map((delivered) => [...delivered.values()]);
    });
    expect(outcomes).toEqual([
      ['delivered', 'delivered'],
      ['delivered', 'delivered'],
    ]);
    await bob.evaluate(async (id: string) => {
      const charlieThere = kit.keep.room.participants.get().find((one) => one.id === id)!;
      await charlieThere.send('say', 'for you').delivered;
    }, ids[2]!);

    const fromAlice = [
      [ids[0], 'one', { deep: [1, true] }],
      [ids[0], 'two'],
    ];
    expect(await heard(bob)).toEqual(fromAlice);
    expect(await heard(charlie)).toEqual([...fromAlice, [ids[1], 'for you']]);
    expect(await heard(alice)).toEqual([]);
  });

  it('[E8] who leaves is gone for all, who reloads comes back as somebody else, who is killed is gone within 10 s', async () => {
    const peers = await Promise.all(NAMES.slice(0, 4).map((name) => stage.open(name)));
    const [alice, bob, charlie, dave] = peers as [PagePeer, PagePeer, PagePeer, PagePeer];
    const [aliceId, bobId, charlieId, daveId] = await connectAll(stage, alice, bob, charlie, dave);
    await Promise.all(peers.map(join));
    const converge = (who: readonly Peer[], ids: readonly string[], within: number) =>
      until(
        async () => {
          const views = await Promise.all(who.map(present));
          const own = [aliceId, bobId, charlieId, daveId] as string[];
          return views.every((view, i) => {
            const wanted = ids.filter((id) => id !== own[peers.indexOf(who[i] as PagePeer)]);
            return [...view].sort().join() === [...wanted].sort().join();
          });
        },
        { within, what: `${ids.length} people in the room` },
      );
    await converge(peers, [aliceId, bobId, charlieId, daveId], 15_000);

    await dave.evaluate(() => kit.keep.room.leave());
    await converge([alice, bob, charlie], [aliceId, bobId, charlieId], 5_000);

    await charlie.crash();
    await converge([alice, bob], [aliceId, bobId], 10_000);

    await bob.reload();
    const [newBobId] = await connectAll(stage, bob);
    expect(newBobId).not.toBe(bobId);
    await join(bob);
    await converge([alice], [aliceId, newBobId], 10_000);
    await until(async () => (await silentStreams([alice, bob])).length === 0, {
      within: 10_000,
      what: 'media both ways',
    });
  });
});
