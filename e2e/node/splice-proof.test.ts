import type { PeerId } from '@conclave/core';

import { until } from '../support/wait.js';
import { connectAll, linksOf, mediaBytes } from './support/actions.js';
import { useCast } from './support/cast.js';
import { hireLiar } from './support/liar.js';

const cast = useCast('bob');

/** Bob publishes a camera and plays what mallory publishes; she has been told how to lie. */
async function meetLiar(lie: string) {
  const bob = cast.peer('bob');
  await connectAll(cast.url, bob);
  const mallory = await hireLiar(cast.url, lie);
  await bob.evaluate(async () => {
    const { video } = await kit.media();
    const camera = kit.keep.connection.publish('camera', {
      onPeerConnect: () => {
        kit.keep.heard.push('asked');
        return true;
      },
    });
    kit.keep.outgoing['camera'] = camera;
    await camera.attachVideo(video);
  });
  const playing = bob.evaluate(async (farId: PeerId) => {
    const incoming = kit.keep.connection.play(farId, 'camera');
    incoming.handle('say', () => kit.keep.heard.push('said'));
    return incoming.ready.then(
      () => 'playing',
      (error: unknown) => kit.codeOf(error),
    );
  }, mallory.peerId);
  return { bob, mallory, playing };
}

test('[B4] mallory as herself is a peer like any other: this is what the lies below are held against', async () => {
  const { bob, mallory, playing } = await meetLiar('honest');
  expect(await playing).toBe('playing');
  expect(await linksOf(bob)).toEqual([mallory.peerId]);
  await until(() => bob.evaluate(() => kit.keep.heard.length === 2), {
    within: 5_000,
    what: 'asked and said',
  });
  expect(await bob.evaluate(() => [...(kit.keep.heard as string[])].sort())).toEqual(['asked', 'said']);
  await until(() => mallory.heard.includes('granted'), { within: 5_000, what: 'the grant' });
});

test.each([
  ['wrong value', 'identity/mismatch'],
  ['signature of another key', 'identity/mismatch'],
  ['signature for another purpose', 'identity/mismatch'],
  ['proof of another link', 'identity/mismatch'],
  ['reflected proof', 'identity/mismatch'],
  ['control frames before the proof', 'identity/mismatch'],
  ['messages before a proof that fails', 'identity/mismatch'],
  ['garbage', 'identity/mismatch'],
  ['messages and no proof', 'link/bad-frame'],
])('[B4] %s: no link, nobody is asked, no message, no byte: %s', async (lie, code) => {
  const { bob, mallory, playing } = await meetLiar(lie);
  expect(await playing).toBe(code);
  await mallory.done;
  expect(await linksOf(bob)).toEqual([]);
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual([]);
  expect(await mediaBytes(bob)).toBe(0);
  // Of bob she has heard his own proof at most: no good-bye, no heartbeat, no grant.
  expect(new Set(mallory.heard)).toEqual(new Set(mallory.heard.length > 0 ? ['proof'] : []));
});

test('[B4] a far end that proves nothing gets identity/timeout after 10 s, and nothing before', async () => {
  const { bob, mallory, playing } = await meetLiar('nothing');
  await mallory.done;
  const startedMs = performance.now();
  expect(await playing).toBe('identity/timeout');
  expect(performance.now() - startedMs).toBeLessThan(12_000);
  expect(performance.now() - startedMs).toBeGreaterThan(8_000);
  expect(await bob.evaluate(() => kit.keep.heard)).toEqual([]);
  expect(await linksOf(bob)).toEqual([]);
}, 20_000);

test('[B4] a second proof on a link that stands ends it: there is one, and it is the first frame', async () => {
  const { bob, playing } = await meetLiar('two proofs');
  expect(await playing).toBe('link/bad-frame');
  await until(async () => (await linksOf(bob)).length === 0, { within: 5_000, what: 'no link' });
});
