import { until } from '../support/wait.js';
import { attach, heardAudio, meet, startFile } from './support/call.js';
import { afterMs, report } from './support/figures.js';
import { useInternets, type LabPeer } from './support/internet.js';
import { describeInLab } from './support/where.js';

const THIN = { rateBps: 1_000_000, queueMs: 100 };
/** Of the sound that nothing was lost of: what pages of a busy machine play too late. The figure is that of `bench downlink`. */
const CONCEALED_RATIO = 0.02;
/** The part of its path that a file alone comes to use. */
const USED = 0.7;
/** What makes way leaves less than this of its rate, or of its queue. */
const MADE_WAY = 0.6;

describeInLab(['chromium'], 'a file beside voices', () => {
  const internets = useInternets();

  /** What the path does to files and to audio, over so many milliseconds from now. */
  async function measure(peer: LabPeer, way: 'up' | 'down', forMs: number) {
    await internets.resetCounters();
    const { atMs: fromMs } = await peer.counters();
    await afterMs(forMs);
    const { atMs, ...path } = await peer.counters();
    const { audio, data } = path[way];
    return {
      fileBps: (data.bytes * 8_000) / (atMs - fromMs),
      queueMs: data.queueMeanMs,
      audioQueueMs: audio.queueMeanMs,
      audioPackets: audio.packets,
      audioDropped: audio.dropped,
    };
  }

  it('[E2] somebody sends a file to one who begins to hear another over the same thin downlink: the file makes way', async () => {
    const { alice, bob, charlie } = await internets.open({
      alice: { down: THIN },
      bob: {},
      charlie: {},
    });
    await meet(alice, bob, charlie);
    await startFile(charlie, alice);
    let alone = await measure(alice, 'down', 2_000);
    const usesThePath = async () => {
      alone = await measure(alice, 'down', 2_000);
      return alone.fileBps > USED * THIN.rateBps && alone;
    };
    await until(usesThePath, { within: 20_000, what: 'a file that uses the path' });

    await attach(bob, 'audio');
    await until(async () => (await alice.counters()).down.audio.packets > 0, {
      within: 5_000,
      what: "bob's audio at alice",
    });
    await afterMs(1_000);
    const from = await heardAudio(alice);
    const beside = await measure(alice, 'down', 8_000);
    const to = await heardAudio(alice);

    const concealed = (to.concealed - from.concealed) / (to.samples - from.samples);
    report('downlink, file alone', alone);
    report('downlink, file beside audio', { ...beside, concealed });
    const kept = Math.min(beside.fileBps / alone.fileBps, beside.queueMs / alone.queueMs);
    expect(kept).toBeLessThan(MADE_WAY);
    expect(beside.audioPackets).toBeGreaterThan(300);
    expect(concealed).toBeLessThanOrEqual(CONCEALED_RATIO);
  });

  it('[E3] with a file to everybody over a thin uplink no packet of audio is dropped there', async () => {
    const { alice, bob, charlie } = await internets.open({
      alice: { up: THIN },
      bob: {},
      charlie: {},
    });
    await meet(alice, bob, charlie);
    await attach(alice, 'audio', 'video');
    await startFile(alice);
    await afterMs(6_000); // the row's, for what measures the path

    const settled = await measure(alice, 'up', 8_000);

    report('uplink, file to two', settled);
    expect(settled.audioPackets).toBeGreaterThan(600);
    expect(settled.audioDropped).toBe(0);
    expect(settled.fileBps).toBeGreaterThan(0);
  });
});
