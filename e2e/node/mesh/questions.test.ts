import type { PeerId } from '@conclave/core';

import type { PeerProcess } from '../../support/peer-process.js';
import { join, sees, useRoomScene } from './room-scene.js';

describe('questions in a room of Node peers', () => {
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

  /** Asks everybody what three and four make; what each said, or why it did not. */
  const ask = (peer: PeerProcess, timeoutMs = 5_000) =>
    peer.evaluate(
      async (limitMs: number) =>
        Object.fromEntries(await kit.keep.room.request('sum', [3, 4], { timeoutMs: limitMs })),
      timeoutMs,
    );

  /** Adds what it is asked, from now on. */
  const answers = (peer: PeerProcess) =>
    peer.evaluate(() => {
      kit.keep.room.respond('sum', async (from, ...numbers) => {
        const metadata = from.metadata.get() as { name: string };
        return { for: metadata.name, sum: (numbers as number[]).reduce((sum, one) => sum + one, 0) };
      });
    });

  it('[C9] a question to everybody has one answer of each, of who throws the reason, and of who comes later too', async () => {
    const { alice, bob, charlie } = await three();
    await answers(bob);
    await charlie.evaluate(() => {
      kit.keep.room.respond('sum', () => Promise.reject(new Error('charlie cannot add')));
      // What a responder throws is reported as uncaught: here it is what the test is about.
      process.on('uncaughtException', () => undefined);
    });
    const answered = { outcome: 'answered', value: { for: 'alice', sum: 7 } };
    const failed = { outcome: 'failed', code: 'data/responder-failed' };
    expect(await ask(alice)).toEqual({ [scene.id(bob)]: answered, [scene.id(charlie)]: failed });
    const dora = await scene.start('dora');
    await join(dora);
    await sees(alice, 'bob charlie dora');
    const asked = ask(alice); // his responder comes after the question
    await answers(dora);
    expect(await asked).toEqual({
      [scene.id(bob)]: answered,
      [scene.id(charlie)]: failed,
      [scene.id(dora)]: answered,
    });
  });

  it('[C9] a question to one reaches nobody else, and says why it has no answer', async () => {
    const { alice, bob, charlie } = await three();
    await charlie.evaluate(() => {
      kit.keep.room.respond('sum', () => void kit.keep.heard.push('asked'));
    });
    await answers(bob);
    const said = await alice.evaluate(async (id: PeerId) => {
      const to = kit.keep.room.participants.get().find((participant) => participant.id === id)!;
      const given = new AbortController();
      const aborted = to.request('never', [], { signal: given.signal }).catch(kit.codeOf);
      given.abort();
      return [
        await to.request('sum', [1, 2]),
        await to.request('never', [], { timeoutMs: 300 }).catch(kit.codeOf),
        await aborted,
        await to.request('sum', ['x'.repeat(70_000)]).catch(kit.codeOf),
      ];
    }, scene.id(bob));
    expect(said).toEqual([{ for: 'alice', sum: 3 }, 'data/timeout', 'usage/aborted', 'data/too-large']);
    expect(await charlie.evaluate(() => kit.keep.heard)).toEqual([]);
  });

  it('[C9] who leaves meanwhile has no answer but a reason, and the others are counted', async () => {
    const { alice, bob, charlie } = await three();
    await answers(bob);
    await charlie.evaluate(() => {
      kit.keep.room.respond('sum', () => kit.keep.room.leave().then(() => 'too late'));
    });
    const said = await ask(alice, 20_000);
    expect(said[scene.id(bob)]).toEqual({ outcome: 'answered', value: { for: 'alice', sum: 7 } });
    expect(said[scene.id(charlie)]).toMatchObject({ outcome: 'failed', code: expect.any(String) });
    const codes = await alice.evaluate(async () => {
      const { room } = kit.keep;
      const [last] = room.participants.get();
      const open = last!.request('never', []).catch(kit.codeOf);
      await room.leave();
      return [
        await open,
        await room.request('sum', []).catch(kit.codeOf),
        await last!.request('sum', []).catch(kit.codeOf),
      ];
    });
    // Whether it is this end that closes first, or the other that hears the good-bye, is a race.
    expect(codes).toEqual([
      expect.stringMatching(/^stream\/(closed|unsubscribed)$/),
      'usage/closed',
      'usage/closed',
    ]);
  });
});
