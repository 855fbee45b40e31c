import type { PeerId } from '@conclave/core';

import { until } from '../support/wait.js';
import { connectAll, play, publish } from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob', 'charlie');

/** Alice publishes `quiz`; bob and charlie play it. */
async function quiz() {
  const [alice, bob, charlie] = [cast.peer('alice'), cast.peer('bob'), cast.peer('charlie')];
  const [aliceId, bobId, charlieId] = await connectAll(cast.url, alice, bob, charlie);
  await publish(alice, 'quiz');
  for (const peer of [bob, charlie]) expect(await play(peer, aliceId!, 'quiz', false)).toBe('playing');
  return { alice, bob, charlie, bobId: bobId!, charlieId: charlieId! };
}

test('[C9] a question to all has one answer of each, or why there is none', async () => {
  const { alice, bob, charlie, bobId, charlieId } = await quiz();
  await bob.evaluate(() => {
    kit.keep.incoming['quiz']!.respond('sum', (...numbers) =>
      numbers.reduce<number>((sum, one) => sum + Number(one), 0),
    );
  });
  await charlie.evaluate(() => {
    kit.keep.incoming['quiz']!.respond('sum', () => Promise.reject(new Error('no head for figures')));
  });
  const answers = await alice.evaluate(async () => [
    ...(await kit.keep.outgoing['quiz']!.request('sum', [1, 2, 39])),
  ]);
  expect(new Map(answers)).toEqual(
    new Map([
      [bobId, { outcome: 'answered', value: 42 }],
      [charlieId, { outcome: 'failed', code: 'data/responder-failed' }],
    ]),
  );
});

test('[C9] a question to one reaches nobody else; unanswered it ends by its time limit, its signal, or the end of the peer', async () => {
  const { alice, bob, charlie, bobId } = await quiz();
  for (const peer of [bob, charlie]) {
    await peer.evaluate(() => {
      kit.keep.incoming['quiz']!.respond('wait', (name) => {
        kit.keep.heard.push(name);
        return new Promise(() => undefined);
      });
    });
  }
  const codes = await alice.evaluate(async (id: PeerId) => {
    const to = kit.keep.outgoing['quiz']!.peerStreams.get().find(({ farId }) => farId === id)!;
    const abort = new AbortController();
    const asked = [
      to.request('wait', ['limit'], { timeoutMs: 300 }),
      to.request('wait', ['signal'], { signal: abort.signal }),
      to.request('wait', ['never'], { signal: AbortSignal.abort() }),
      to.request('wait', ['close'], { timeoutMs: 20_000 }),
    ];
    const ended = asked.map((answer) => answer.then(() => 'answered', kit.codeOf));
    await ended[0];
    abort.abort();
    await Promise.all(ended.slice(0, 3));
    to.close();
    return Promise.all(ended);
  }, bobId);
  expect(codes).toEqual(['data/timeout', 'usage/aborted', 'usage/aborted', 'stream/closed']);
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual(['limit', 'signal', 'close']);
  expect(await charlie.evaluate(() => kit.keep.heard)).toEqual([]);
});

test('[C9] a question that nobody answers there fails with data/no-responder; what cannot be asked throws at once', async () => {
  const { alice, bobId } = await quiz();
  const codes = await alice.evaluate(async (id: PeerId) => {
    const stream = kit.keep.outgoing['quiz']!;
    const to = stream.peerStreams.get().find(({ farId }) => farId === id)!;
    const large = [new Uint8Array(64 * 1024)];
    const code = (answer: Promise<unknown>) => answer.then(() => 'answered', kit.codeOf);
    return Promise.all([
      code(to.request('nobody', [], { timeoutMs: 20_000 })),
      code(to.request('large', large)),
      code(stream.request('large', large)),
      code(to.request('x', [], { timeoutMs: 0 })),
    ]);
  }, bobId);
  expect(codes).toEqual(['data/no-responder', 'data/too-large', 'data/too-large', 'usage/invalid-argument']);
});

test('[C9] an answer that comes too late is nobody’s, and the next question has its own', async () => {
  const { alice, bob, bobId } = await quiz();
  await bob.evaluate(() => {
    kit.keep.incoming['quiz']!.respond('echo', async (word) => {
      if (word === 'late') await new Promise<void>((go) => Object.assign(globalThis, { go }));
      return word ?? null;
    });
  });
  const ask = (word: string, timeoutMs: number) =>
    alice.evaluate(
      (id: PeerId, what: string, limit: number) =>
        kit.keep.outgoing['quiz']!.peerStreams.get()
          .find(({ farId }) => farId === id)!
          .request('echo', [what], { timeoutMs: limit })
          .catch(kit.codeOf),
      bobId,
      word,
      timeoutMs,
    );
  expect(await ask('late', 200)).toBe('data/timeout');
  await until(() => bob.evaluate(() => 'go' in globalThis), { within: 5_000, what: 'bob was asked' });
  await bob.evaluate(() => (globalThis as unknown as { go: () => void }).go());
  expect(await ask('soon', 5_000)).toBe('soon');
});
