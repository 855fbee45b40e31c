import type { PeerId } from '@conclave/core';

import type { PeerProcess } from '../../support/peer-process.js';
import { hears, join, seen, sees, useRoomScene } from './room-scene.js';

const SIZE = 3 * 1024 * 1024 + 7;

describe('files in a room of Node peers', () => {
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

  /** Takes every file as a Blob from now on; its name, who sent it and its hash are kept in `heard`. */
  const takes = (peer: PeerProcess) =>
    peer.evaluate(() => {
      kit.keep.room.onFile((from, offer) => {
        const sender = (from.metadata.get() as { name: string }).name;
        const hash = async (blob: Blob) => {
          const bytes = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
          return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        };
        offer.accept().then(
          async (blob) => kit.keep.heard.push([sender, offer.name, offer.metadata, await hash(blob!)]),
          (error: unknown) => kit.keep.heard.push(kit.codeOf(error)),
        );
      });
    });

  const refuses = (peer: PeerProcess) =>
    peer.evaluate(() => {
      kit.keep.room.onFile((_, offer) => offer.refuse());
    });

  /** Sends a file of many bytes to everybody; its hash, and what became of it at each. */
  const send = (peer: PeerProcess, size = SIZE) =>
    peer.evaluate(async (bytes: number) => {
      const content = Uint8Array.from({ length: bytes }, (_, index) => (index * 31 + (index >> 8)) & 255);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content));
      const transfer = kit.keep.room.sendFile(new Blob([content]), {
        name: 'tea.bin',
        metadata: { for: 'tea' },
      });
      return {
        hash: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
        states: Object.fromEntries(await transfer.finished),
      };
    }, size);

  it('[C16] a file to everybody arrives whole at each who takes it, and who refuses gets nothing', async () => {
    const { alice, bob, charlie } = await three();
    const dora = await scene.start('dora');
    await join(dora);
    await Promise.all([sees(alice, 'bob charlie dora'), sees(dora, 'alice bob charlie')]);
    await Promise.all([takes(bob), takes(dora), refuses(charlie)]);
    const { hash, states } = await send(alice);
    expect(states).toEqual({
      [scene.id(bob)]: { phase: 'done' },
      [scene.id(dora)]: { phase: 'done' },
      [scene.id(charlie)]: { phase: 'failed', code: 'file/refused' },
    });
    for (const peer of [bob, dora])
      expect(await hears(peer, 1)).toEqual([['alice', 'tea.bin', { for: 'tea' }, hash]]);
  });

  it('[C16] a file to one is offered to nobody else, and one with nobody present has finished at once', async () => {
    const { alice, bob, charlie } = await three();
    await Promise.all([takes(bob), takes(charlie)]);
    const states = await alice.evaluate(async (id: PeerId) => {
      const { room } = kit.keep;
      const to = room.participants.get().find((participant) => participant.id === id)!;
      return [...(await to.sendFile(new Blob(['tea'])).finished).values()];
    }, scene.id(bob));
    expect(states).toEqual([{ phase: 'done' }]);
    await send(alice, 5); // behind anything that charlie should not have been offered
    expect(await hears(charlie, 1)).toEqual([['alice', 'tea.bin', { for: 'tea' }, expect.any(String)]]);
    await Promise.all([bob, charlie].map((peer) => peer.evaluate(() => kit.keep.room.leave())));
    await sees(alice, '');
    expect((await send(alice, 5)).states).toEqual({});
  });

  it('[C16] leaving the room ends what is under way, at both ends', async () => {
    const { alice, bob, charlie } = await three();
    await takes(bob); // charlie has nobody who decides
    const states = await alice.evaluate(async () => {
      const { room } = kit.keep;
      const transfer = room.sendFile(new Blob([new Uint8Array(200 * 1024 * 1024)]));
      await new Promise<void>((resolve) => {
        transfer.peers.subscribe(() => {
          if ([...transfer.peers.get().values()].some(({ phase }) => phase === 'moving')) resolve();
        });
      });
      await room.leave();
      return [...(await transfer.finished).values()];
    });
    expect(states).toEqual([
      { phase: 'failed', code: expect.any(String) },
      { phase: 'failed', code: expect.any(String) },
    ]);
    expect(await hears(bob, 1)).toEqual([expect.stringMatching(/^(stream|peer|file)\//)]);
    await sees(charlie, 'bob');
  });

  it('[C16] who does not stand with this end reaches nobody: its file, message and question are taken by none', async () => {
    const alice = await scene.start('alice');
    const mallory = await scene.start('mallory');
    await join(alice);
    await takes(alice);
    await alice.evaluate(() => {
      kit.keep.room.respond('name', () => kit.keep.heard.push('asked'));
    });
    // Mallory lets alice hear her, and does not listen: only one of the two directions stands.
    const said = await mallory.evaluate(async () => {
      const { connection } = kit.keep;
      const control = connection.publish('room/garden/');
      await conclave.enterRoom(connection, 'garden');
      while (control.peerStreams.get().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const [to] = control.peerStreams.get();
      control.send('hello', { name: 'mallory' }, []);
      const given = await Promise.all([
        to!.sendFile(new Blob(['evil'])).finished,
        to!.send('app:chat', 'evil').delivered,
        to!.request('app:name', [], { timeoutMs: 15_000 }).catch(kit.codeOf),
      ]);
      return given.map((one) =>
        typeof one === 'object' ? [...(one as Map<PeerId, unknown>).values()][0] : one,
      );
    });
    expect(said).toEqual([{ phase: 'failed', code: 'file/no-receiver' }, 'not-sent', 'data/no-responder']);
    expect(await alice.evaluate(() => kit.keep.heard)).toEqual([]);
    expect((await seen(alice)).map(({ phase }) => phase)).not.toContain('present');
  });
});
