import type { PeerProcess } from '../../support/peer-process.js';
import { until } from '../../support/wait.js';
import { transportBetween } from '../../support/witness.js';
import { join, refuse, sees, useRoomScene } from './room-scene.js';

/** What the row allows. */
const SHOWN_WITHIN_MS = 5_000;

describe('the health of a room of Node peers', () => {
  const scene = useRoomScene();

  async function three() {
    const [alice, bob, charlie] = await Promise.all([
      scene.start('alice'),
      scene.start('bob', { choosy: true }),
      scene.start('charlie', { choosy: true }),
    ]);
    return { alice, bob, charlie };
  }

  const refuseEachOther = (bob: PeerProcess, charlie: PeerProcess) =>
    Promise.all([refuse(bob, [scene.id(charlie)]), refuse(charlie, [scene.id(bob)])]);

  /** The pairs as a peer shows them, by name. */
  async function health(peer: PeerProcess, ...peers: PeerProcess[]): Promise<string[]> {
    const { pairs, isWhole } = await peer.evaluate(() => kit.keep.room.health.get());
    const nameOf = (id: string) => peers.find((one) => scene.id(one) === id)?.name ?? 'nobody';
    const shown = pairs.map(({ a, b, state }) => `${[nameOf(a), nameOf(b)].sort().join('-')} ${state}`);
    return isWhole ? ['whole', ...shown.sort()] : shown.sort();
  }

  async function shows(peer: PeerProcess, peers: PeerProcess[], pairs: string[], within = SHOWN_WITHIN_MS) {
    const what = `${peer.name} shows ${pairs.join(', ')}`;
    const same = async () => {
      const now = await health(peer, ...peers);
      if (now.join() !== pairs.join()) throw new Error(now.join(', '));
      return true;
    };
    await until(same, { within, what });
  }

  const WHOLE = ['whole', 'alice-bob linked', 'alice-charlie linked', 'bob-charlie linked'];
  const BROKEN = ['alice-bob linked', 'alice-charlie linked', 'bob-charlie broken'];

  it('[E8] two who cannot link show as a broken pair at everybody within 5 s, and the room mends once they can', async () => {
    const { alice, bob, charlie } = await three();
    const all = [alice, bob, charlie];
    await refuseEachOther(bob, charlie);
    await Promise.all(all.map((peer) => join(peer)));
    await until(
      async () => (await health(alice, ...all)).filter((pair) => /alice-.* linked/.test(pair)).length === 2,
      {
        within: 10_000,
        what: 'alice is linked with both',
      },
    );
    await Promise.all(all.map((peer) => shows(peer, all, BROKEN)));
    await Promise.all([refuse(bob, []), refuse(charlie, [])]);
    // Both go on trying, with pauses that grow to 30 s.
    await Promise.all(all.map((peer) => shows(peer, all, WHOLE, 45_000)));
  });

  it('[E8] two who were linked and lose their link show as a broken pair within 5 s', async () => {
    const { alice, bob, charlie } = await three();
    const all = [alice, bob, charlie];
    await Promise.all(all.map((peer) => join(peer)));
    await Promise.all(all.map((peer) => shows(peer, all, WHOLE, 10_000)));
    await refuseEachOther(bob, charlie);
    const { near, far } = await transportBetween(bob, charlie);
    await Promise.all([bob, charlie].map((peer) => peer.evaluate(closeTransport, near, far)));
    await shows(alice, all, BROKEN);
  });

  it('[E8] who claims links for others, or sends what is no row, changes nothing but what is shown of himself', async () => {
    const { alice, bob, charlie } = await three();
    const all = [alice, bob, charlie];
    await Promise.all(all.map((peer) => join(peer)));
    await Promise.all(all.map((peer) => shows(peer, all, WHOLE, 10_000)));
    const mallory = await scene.start('mallory');
    await mallory.evaluate(async () => {
      const { connection } = kit.keep;
      const control = connection.publish('room/garden/');
      kit.keep.outgoing['control'] = control;
      const { members } = await conclave.enterRoom(connection, 'garden');
      const lines = members
        .get()
        .map(({ peerId }) => connection.play(peerId, 'room/garden/', { media: false }));
      await Promise.all(lines.map(({ ready }) => ready));
    });
    const everybody = [...all, mallory];
    const own = ['alice-mallory', 'bob-mallory', 'charlie-mallory'].map((pair) => `${pair} linked`);
    const withMallory = ['whole', ...[...WHOLE.slice(1), ...own].sort()];
    await shows(alice, everybody, withMallory, 10_000);
    await mallory.evaluate(() => {
      const control = kit.keep.outgoing['control']!;
      const [first, ...more] = [...control.peerStreams.get()].map(({ farId }) => farId);
      const said: unknown[][] = [
        [],
        [null],
        ['row'],
        [{ length: 2 }],
        [[1, 2, 3]],
        [[first, 'x']],
        [Array.from({ length: 10_000 }, () => 'x')],
        [[first], more],
        [[more]],
      ];
      for (const args of said) control.send('row', ...(args as never[]));
    });
    await mallory.evaluate(() => {
      kit.keep.outgoing['control']!.send('hello', { name: 'mallory' }, []);
    });
    await sees(alice, 'bob charlie mallory');
    await shows(alice, everybody, withMallory);
    // A row that names nobody is his to send: it shows him without links, and nobody else.
    await mallory.evaluate(() => {
      kit.keep.outgoing['control']!.send('row', ['f'.repeat(64)]);
    });
    const alone = own.map((pair) => pair.replace('linked', 'broken'));
    await shows(alice, everybody, [...WHOLE.slice(1), ...alone].sort());
  });
});

/** Closes the transport between these certificates, as a browser does that gives up. */
const closeTransport = (near: string, far: string) => {
  for (const { pc } of witnessed) {
    const text = `${pc.localDescription?.sdp ?? ''}${pc.remoteDescription?.sdp ?? ''}`.toUpperCase();
    if (pc.signalingState !== 'closed' && text.includes(near) && text.includes(far)) pc.close();
  }
};
