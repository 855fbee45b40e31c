import type { PeerId } from '@conclave/core';

import { afterwards } from '../support/afterwards.js';
import type { Peer } from '../support/peer.js';
import { until } from '../support/wait.js';
import { connectAll, linksOf } from './support/actions.js';
import { useCast } from './support/cast.js';
import { Mallory } from './support/mallory.mjs';

const cast = useCast('alice', 'bob');

/** Publishes a camera that asks, and writes down everything that must not happen, and that DTLS came about. */
const watch = (peer: Peer) =>
  peer.evaluate(async () => {
    const { audio, video } = await kit.media();
    const { connection, heard } = kit.keep;
    const camera = connection.publish('camera', { onPeerConnect: () => heard.push('asked') > 0 });
    await Promise.all([camera.attachAudio(audio), camera.attachVideo(video)]);
    connection.links.subscribe(() => heard.push('link'));
    const note = (what: string) => heard.includes(what) || heard.push(what);
    setInterval(() => {
      for (const { pc } of witnessed) {
        if (pc.connectionState === 'connected') note('dtls');
        if (pc.getSenders().some(({ track }) => track)) note('track');
        void pc.getStats().then(
          (report) => {
            report.forEach(({ type, bytesReceived }: { type: string; bytesReceived: number }) => {
              if (type === 'inbound-rtp' && bytesReceived > 0) note('media');
            });
          },
          () => undefined,
        );
      }
    }, 5);
  });

/** Plays a camera; what came of it. */
const playOf = (peer: Peer, farId: PeerId) =>
  peer.evaluate(async (id: PeerId) => {
    const incoming = kit.keep.connection.play(id, 'camera', { playBack: true });
    return incoming.ready.then(
      () => 'playing',
      (error: unknown) => kit.codeOf(error),
    );
  }, farId);

/** Mallory hands everything that one of the two says to her on to the other one, signed by herself. */
async function splice(aliceId: PeerId, bobId: PeerId): Promise<Mallory> {
  const mallory = afterwards(await Mallory.join(cast.url));
  mallory.onEnvelope = ({ from, link, message }) =>
    mallory.send(from === aliceId ? bobId : aliceId, message, link).catch(() => undefined);
  return mallory;
}

test('[B4] who signs the offer of alice and the answer of bob anew gets no link at either end, though DTLS is theirs', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId, bobId] = await connectAll(cast.url, alice, bob);
  await Promise.all([watch(alice), watch(bob)]);
  const mallory = await splice(aliceId!, bobId!);

  const outcome = await playOf(alice, mallory.peerId);

  expect(['identity/mismatch', 'identity/timeout']).toContain(outcome);
  for (const peer of [alice, bob]) {
    await until(() => peer.evaluate(() => witnessed.every(({ pc }) => pc.signalingState === 'closed')), {
      within: 12_000,
      what: `${peer.name} has given up`,
    });
    // The two were connected to each other, and that is all that ever happened.
    expect(await peer.evaluate(() => kit.keep.heard)).toEqual(['dtls']);
    expect(await linksOf(peer)).toEqual([]);
  }
  expect(mallory.received.map(({ message }) => message.kind)).toEqual(
    expect.arrayContaining(['offer', 'answer']),
  );
}, 30_000);

test('[B4] both play mallory at once and she splices them: no link at either end', async () => {
  const [alice, bob] = [cast.peer('alice'), cast.peer('bob')];
  const [aliceId, bobId] = await connectAll(cast.url, alice, bob);
  await Promise.all([watch(alice), watch(bob)]);
  const mallory = await splice(aliceId!, bobId!);

  const outcomes = await Promise.all([playOf(alice, mallory.peerId), playOf(bob, mallory.peerId)]);

  // Whoever finds the lie first closes; the other one may see only that.
  for (const outcome of outcomes) {
    expect(['identity/mismatch', 'identity/timeout', 'peer/closed', 'link/failed']).toContain(outcome);
  }
  for (const peer of [alice, bob]) {
    const heard = await peer.evaluate(() => (kit.keep.heard as string[]).filter((what) => what !== 'dtls'));
    expect(heard).toEqual([]);
    expect(await linksOf(peer)).toEqual([]);
  }
}, 30_000);
