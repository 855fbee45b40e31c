import type { PeerId } from '@conclave/core';

import { until } from '../support/wait.js';
import {
  connectAll,
  linksOf,
  mediaBytes,
  phaseOf,
  play,
  publish,
  subscribersOf,
  untilFrames,
  untilPhase,
} from './support/actions.js';
import { useCast } from './support/cast.js';

const cast = useCast('alice', 'bob', 'charlie');

/** Alice and bob, connected. */
async function twoPeers() {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId, bobId] = await connectAll(cast.url, alice, bob);
  return { alice, bob, aliceId: aliceId!, bobId: bobId! };
}

test('[C3] a name is published once; closing frees it, and subscribers are told', async () => {
  const { alice, bob, aliceId } = await twoPeers();
  await publish(alice, 'camera');
  expect(await play(bob, aliceId, 'camera')).toBe('playing');
  const second = () =>
    alice.evaluate(() => {
      try {
        kit.keep.connection.publish('camera');
        return 'published';
      } catch (error) {
        return kit.codeOf(error);
      }
    });
  expect(await second()).toBe('stream/name-taken');
  expect(await phaseOf(bob, 'camera')).toBe('playing'); // the attempt disturbs nobody
  await alice.evaluate(() => kit.keep.outgoing['camera']!.close());
  await untilPhase(bob, 'camera', 'closed stream/closed');
  expect(await subscribersOf(alice, 'camera')).toEqual([]);
  expect(await second()).toBe('published');
  expect(await play(bob, aliceId, 'camera')).toBe('playing');
  const codes = await alice.evaluate(() => kit.keep.statuses.map(({ code }) => code));
  expect(codes.filter((code) => code.startsWith('NetStream.P') || code.startsWith('NetStream.U'))).toEqual([
    'NetStream.Publish.Start',
    'NetStream.Publish.BadName',
    'NetStream.Unpublish.Success',
    'NetStream.Publish.Start',
  ]);
});

test('[C5] a play to nobody is refused at once as peer/unreachable', async () => {
  const { bob } = await twoPeers();
  const startedMs = performance.now();
  expect(await play(bob, 'ab'.repeat(32) as PeerId, 'camera')).toBe('peer/unreachable');
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect(await phaseOf(bob, 'camera')).toBe('closed peer/unreachable');
});

test('[C5] a play to a peer that was here and has gone is refused, too', async () => {
  const { alice, bob, aliceId } = await twoPeers();
  await publish(alice, 'camera');
  expect(await play(bob, aliceId, 'camera')).toBe('playing');
  await alice.evaluate(() => kit.keep.connection.close());
  await untilPhase(bob, 'camera', 'closed stream/closed');
  await until(async () => (await linksOf(bob)).length === 0, { within: 5_000, what: 'the link is closed' });
  expect(await play(bob, aliceId, 'again')).toBe('peer/unreachable');
});

test('[C5] a play of oneself, or of what is no peer ID, is a fault of the caller', async () => {
  const { bob, bobId } = await twoPeers();
  const codes = await bob.evaluate(
    (self: PeerId) =>
      [self, '', 'nobody', 'AB'.repeat(32), 'ab'.repeat(31)].map((farId) => {
        try {
          kit.keep.connection.play(farId as PeerId, 'camera');
          return 'plays';
        } catch (error) {
          return kit.codeOf(error);
        }
      }),
    bobId,
  );
  expect(new Set(codes)).toEqual(new Set(['usage/invalid-argument']));
});

test('[C6] who plays before it is published is listed, and plays without doing anything once it is', async () => {
  const { alice, bob, aliceId, bobId } = await twoPeers();
  const playing = play(bob, aliceId, 'camera');
  const waiting = () => alice.evaluate(() => [...kit.keep.connection.unconnectedPeerStreams.get()]);
  await until(async () => (await waiting()).length === 1, { within: 5_000, what: 'bob waits at alice' });
  expect(await waiting()).toEqual([{ farId: bobId, name: 'camera' }]);
  await untilPhase(bob, 'camera', 'waiting');
  expect(await mediaBytes(bob)).toBe(0);
  const asked = alice.evaluate(async () => {
    const { video } = await kit.media();
    const asks: string[] = [];
    const stream = kit.keep.connection.publish('camera', {
      onPeerConnect: ({ farId }) => asks.push(farId) > 0,
    });
    kit.keep.outgoing['camera'] = stream;
    await stream.attachVideo(video);
    return asks;
  });
  expect(await playing).toBe('playing');
  expect(await asked).toEqual([bobId]);
  expect(await waiting()).toEqual([]);
  expect(await subscribersOf(alice, 'camera')).toEqual([bobId]);
  await untilFrames(bob);
});

test('[C6] a ninth play that waits at the same peer is refused with stream/limit, the others wait on', async () => {
  const { bob, aliceId } = await twoPeers();
  const names = Array.from({ length: 9 }, (_, index) => `stream ${index}`);
  const { code, phases } = await bob.evaluate(
    async (farId: PeerId, streams: string[]) => {
      const plays = streams.map((name) => kit.keep.connection.play(farId, name, { media: false }));
      const code = await new Promise<string>((resolve) => {
        for (const one of plays) one.ready.catch((error: unknown) => resolve(kit.codeOf(error)));
      });
      return { code, phases: plays.map(({ state }) => state.get().phase) };
    },
    aliceId,
    names,
  );
  expect(code).toBe('stream/limit');
  expect(phases.filter((phase) => phase === 'closed')).toHaveLength(1);
});

test('[C6] who stops waiting is listed no longer', async () => {
  const { alice, bob, aliceId } = await twoPeers();
  const playing = play(bob, aliceId, 'camera');
  await untilPhase(bob, 'camera', 'waiting');
  await bob.evaluate(() => kit.keep.incoming['camera']!.close());
  expect(await playing).toBe('stream/unsubscribed');
  await until(() => alice.evaluate(() => kit.keep.connection.unconnectedPeerStreams.get().length === 0), {
    within: 5_000,
    what: 'nobody waits',
  });
});

test('[C7] each kind of no is a refusal without a byte, asked once for each try, and a yes by default', async () => {
  const { alice, bob, aliceId, bobId } = await twoPeers();
  await alice.evaluate(async () => {
    const { video } = await kit.media();
    process.on('uncaughtException', (error) => kit.keep.heard.push(`reported ${error.message}`));
    const answers: Record<string, () => boolean | Promise<boolean>> = {
      no: () => false,
      'a late no': () => new Promise((resolve) => setTimeout(resolve, 200, false)),
      throws: () => {
        throw new Error('throws');
      },
      rejects: () => Promise.reject(new Error('rejects')),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const stream = kit.keep.connection.publish(name, {
        onPeerConnect: ({ farId, link }) => {
          kit.keep.heard.push(`${name} ${farId === link.farId ? farId : '?'}`);
          return answer();
        },
      });
      await stream.attachVideo(video);
    }
    kit.keep.connection.publish('by default');
  });
  for (const name of ['no', 'a late no', 'throws', 'rejects', 'no']) {
    expect(await play(bob, aliceId, name)).toBe('stream/refused');
  }
  expect(await play(bob, aliceId, 'by default')).toBe('playing');
  expect(await mediaBytes(bob)).toBe(0);
  const heard = await alice.evaluate(() => kit.keep.heard as string[]);
  expect(heard.filter((line) => !line.startsWith('reported'))).toEqual(
    ['no', 'a late no', 'throws', 'rejects', 'no'].map((name) => `${name} ${bobId}`),
  );
  expect(heard.filter((line) => line.startsWith('reported'))).toEqual([
    'reported throws',
    'reported rejects',
  ]);
  await alice.evaluate(() => void process.removeAllListeners('uncaughtException'));
});

test('[C7] 10 s of silence is a refusal, and the signal says so to whoever is still thinking', async () => {
  const { alice, bob, aliceId } = await twoPeers();
  await alice.evaluate(() => {
    kit.keep.connection.publish('camera', {
      onPeerConnect: (_, signal) => {
        signal.addEventListener('abort', () => kit.keep.heard.push('aborted'));
        return new Promise<boolean>(() => {});
      },
    });
  });
  const startedMs = performance.now();
  expect(await play(bob, aliceId, 'camera')).toBe('stream/refused');
  const tookMs = performance.now() - startedMs;
  expect(tookMs).toBeGreaterThan(9_500);
  expect(tookMs).toBeLessThan(12_000);
  expect(await alice.evaluate(() => kit.keep.heard)).toEqual(['aborted']);
}, 20_000);

test('[C7] a subscriber that goes while it is asked about is not granted by a late yes', async () => {
  const { alice, bob, aliceId } = await twoPeers();
  await alice.evaluate(() => {
    kit.keep.outgoing['camera'] = kit.keep.connection.publish('camera', {
      onPeerConnect: (_, signal) =>
        new Promise<boolean>((resolve) => {
          kit.keep.heard.push('asked');
          signal.addEventListener('abort', () => resolve(true));
        }),
    });
  });
  const playing = play(bob, aliceId, 'camera');
  await until(() => alice.evaluate(() => kit.keep.heard.length === 1), { within: 5_000, what: 'asked' });
  await bob.evaluate(() => kit.keep.incoming['camera']!.close());
  expect(await playing).toBe('stream/unsubscribed');
  await until(
    () => alice.evaluate(() => kit.keep.statuses.some(({ code }) => code === 'NetStream.Connect.Rejected')),
    { within: 5_000, what: 'the play is over' },
  );
  expect(await subscribersOf(alice, 'camera')).toEqual([]);
});
