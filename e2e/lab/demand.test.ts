import { framesFlow, play } from '../support/scene.js';
import { standsStill, until } from '../support/wait.js';
import { publishCamera } from './support/camera.js';
import { afterMs, bitrate, report } from './support/figures.js';
import { useInternets, type LabPeer } from './support/internet.js';
import { describeInLab } from './support/where.js';

/** How long a bit rate is measured. */
const WINDOW_MS = 2_000;
/** The row's: from the wish to the last byte that is too much. */
const LIMIT_MS = 1_000;

/** Video that the shaper has let through to a peer. */
async function videoTo(peer: LabPeer) {
  const { down, atMs } = await peer.counters();
  return { bytes: down.video.bytes, atMs };
}

/** Bit rates of video to each of these peers, over one window. */
async function ratesTo(...peers: readonly LabPeer[]) {
  const before = await Promise.all(peers.map(videoTo));
  await afterMs(WINDOW_MS);
  const after = await Promise.all(peers.map(videoTo));
  return after.map((now, i) => bitrate(before[i]!, now));
}

/** Waits until the encoder of each peer's video has found its rate: two windows that differ little. */
async function settle(...peers: readonly LabPeer[]) {
  let former = await ratesTo(...peers);
  await until(
    async () => {
      const now = await ratesTo(...peers);
      const isSteady = now.every((rate, i) => rate < 1.15 * former[i]! && rate > 0);
      former = now;
      return isSteady;
    },
    { within: 15_000, what: 'steady bit rates' },
  );
  return former;
}

describeInLab(['chromium'], 'what a subscriber does not want', () => {
  const internets = useInternets();

  it('[C12] leaves the path to it within a second, and the path to nobody else', async () => {
    const { alice, bob, charlie } = await internets.open({ alice: {}, bob: {}, charlie: {} });
    await publishCamera(alice);
    for (const peer of [bob, charlie]) expect(await play(peer, alice.id)).toBe('playing');
    await Promise.all([framesFlow(bob, alice), framesFlow(charlie, alice)]);
    const [full] = await settle(bob, charlie);

    await bob.evaluate(() => kit.keep.incoming['camera']!.request({ maxHeight: 90 }));
    await afterMs(LIMIT_MS);
    const [small, charlieBesideSmall] = await ratesTo(bob, charlie);

    await bob.evaluate(() => kit.keep.incoming['camera']!.receiveVideo(false));
    const charlieFrom = await videoTo(charlie);
    const audioFrom = (await bob.counters()).down.audio;
    await standsStill(async () => (await videoTo(bob)).bytes, {
      within: LIMIT_MS,
      forMs: WINDOW_MS,
      what: 'video to bob',
    });
    const charlieBesideNone = bitrate(charlieFrom, await videoTo(charlie));
    const audioTo = (await bob.counters()).down.audio;

    report('bits of video a second', {
      'bob full': full!,
      'bob 90 lines': small!,
      'charlie beside 90 lines': charlieBesideSmall!,
      'charlie beside none': charlieBesideNone,
    });
    expect(small).toBeLessThan(0.75 * full!); // of so small a picture headers are a good part
    expect(small).toBeGreaterThan(0);
    expect(charlieBesideSmall).toBeGreaterThan(0.8 * full!);
    expect(charlieBesideNone).toBeGreaterThan(0.8 * full!);
    expect(audioTo.packets).toBeGreaterThan(audioFrom.packets);
  });
});
