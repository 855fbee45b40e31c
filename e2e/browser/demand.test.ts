import type { Demand, PeerId } from '@conclave/core';

import type { PagePeer } from '../support/browser.js';
import { connectAll, framesFlow, play, soundFlows } from '../support/scene.js';
import { useStage } from '../support/stage.js';
import { throughout, until } from '../support/wait.js';
import { describeIn } from '../support/where.js';

const FULL = 360;
const SMALL = 90;

/** The video that a peer receives, as its browser counts it. */
interface Seen {
  readonly height: number;
  readonly bytes: number;
  readonly frames: number;
  readonly atMs: number;
}

/** Alice's camera: 640 x 360, 15 frames a second, with her microphone. */
const openCamera = (alice: PagePeer) =>
  alice.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: { width: 640, height: 360, frameRate: 15 },
    });
    const [audio, video] = [stream.getAudioTracks()[0]!, stream.getVideoTracks()[0]!];
    kit.keep.media = { audio, video };
  });

/** What a peer receives of the one who sends it video. */
const seen = (peer: PagePeer): Promise<Seen> =>
  peer.evaluate(async () => {
    const open = witnessed.filter(({ pc }) => pc.signalingState !== 'closed');
    const reports = await Promise.all(open.map(async ({ pc }) => [...(await pc.getStats()).values()]));
    const videos = reports.flat().filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
    const [most] = videos.sort((one, other) => other.bytesReceived - one.bytesReceived);
    return {
      height: most?.frameHeight ?? 0,
      bytes: most?.bytesReceived ?? 0,
      frames: most?.framesDecoded ?? 0,
      atMs: performance.now(),
    };
  });

const heightIs = async (peer: PagePeer, height: number, within: number) => {
  const what = `${peer.name} sees ${height} lines`;
  return until(async () => (await seen(peer)).height === height, { within, what });
};

/** Bits and frames per second that a peer receives over two seconds from now. */
async function rateOf(peer: PagePeer) {
  const before = await seen(peer);
  const after = (await until(
    async () => {
      const now = await seen(peer);
      return now.atMs - before.atMs >= 2_000 ? now : undefined;
    },
    { within: 5_000, what: 'two seconds' },
  ))!;
  const seconds = (after.atMs - before.atMs) / 1000;
  return {
    bps: ((after.bytes - before.bytes) * 8) / seconds,
    fps: (after.frames - before.frames) / seconds,
  };
}

const ask = (peer: PagePeer, demand: Demand) =>
  peer.evaluate((what: Demand) => kit.keep.incoming['camera']!.request(what), demand);

/** Bob asks for less and gets it within a second, charlie goes on as before; and back. */
async function shrinksForBobAlone(bob: PagePeer, charlie: PagePeer) {
  await Promise.all([heightIs(bob, FULL, 20_000), heightIs(charlie, FULL, 20_000)]);
  const [bobBefore, charlieBefore] = await Promise.all([rateOf(bob), rateOf(charlie)]);

  await ask(bob, { maxHeight: SMALL });
  await heightIs(bob, SMALL, 1_000);
  const [bobAfter, charlieAfter] = await Promise.all([rateOf(bob), rateOf(charlie)]);
  expect(bobAfter.bps).toBeLessThan(bobBefore.bps / 2);
  expect(bobAfter.fps).toBeGreaterThan(bobBefore.fps / 2);
  expect(charlieAfter.bps).toBeGreaterThan(charlieBefore.bps * 0.7);
  await throughout(500, async () => {
    expect([(await seen(bob)).height, (await seen(charlie)).height]).toEqual([SMALL, FULL]);
  });

  await ask(bob, {});
  await heightIs(bob, FULL, 5_000);
}

describeIn(['chromium'], 'what a subscriber asks for', () => {
  const stage = useStage('chromium');
  const openThree = () =>
    Promise.all([stage.open('alice'), stage.open('bob'), stage.open('charlie')] as const);

  it('[C12] the picture for one who shows it small shrinks within a second, for that one only, and comes back', async () => {
    const [alice, bob, charlie] = await openThree();
    const [aliceId] = await connectAll(stage, alice, bob, charlie);
    await openCamera(alice);
    await alice.evaluate(async () => {
      const { audio, video } = kit.keep.media;
      const camera = kit.keep.connection.publish('camera');
      await Promise.all([camera.attachAudio(audio), camera.attachVideo(video)]);
    });
    expect(await Promise.all([play(bob, aliceId), play(charlie, aliceId)])).toEqual(['playing', 'playing']);

    await shrinksForBobAlone(bob, charlie);

    await Promise.all([soundFlows(bob, alice), framesFlow(charlie, alice)]);
    await ask(bob, { maxFramerate: 5 });
    await until(async () => (await rateOf(bob)).fps <= 6, {
      within: 6_000,
      what: 'five frames a second at bob',
    });
    expect((await rateOf(charlie)).fps).toBeGreaterThan(8);
    await soundFlows(bob, alice);
  });

  it('[C12] in a room, where the uplink is a budget, it shrinks all the same', async () => {
    const [alice, bob, charlie] = await openThree();
    const [aliceId] = await connectAll(stage, alice, bob, charlie);
    await openCamera(alice);
    await alice.evaluate(async () => {
      const { audio, video } = kit.keep.media;
      const room = await conclave.joinRoom(kit.keep.connection, { room: 'tea' });
      kit.keep.room = room;
      const camera = room.streams.get('camera')!;
      await Promise.all([camera.attachAudio(audio), camera.attachVideo(video)]);
    });
    const look = (peer: PagePeer) =>
      peer.evaluate(async (id: PeerId) => {
        const room = await conclave.joinRoom(kit.keep.connection, { room: 'tea' });
        kit.keep.room = room;
        const find = () =>
          room.participants
            .get()
            .find((one) => one.id === id)
            ?.streams.get()
            .get('camera');
        const stream = await new Promise<ReturnType<typeof find>>((resolve) => {
          const timer = setInterval(() => {
            if (find()) resolve((clearInterval(timer), find()));
          }, 50);
        });
        kit.keep.incoming['camera'] = stream!;
        await stream!.ready;
        kit.listen(stream!.mediaStream);
      }, aliceId);
    await Promise.all([look(bob), look(charlie)]);

    await shrinksForBobAlone(bob, charlie);

    await Promise.all([soundFlows(bob, alice), soundFlows(charlie, alice)]);
  });
});
