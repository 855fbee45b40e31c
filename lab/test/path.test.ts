import { sumOf, type Lab, type PathOptions } from '@conclave/lab';

import { openAgent } from './support/agent.js';
import { quantile, report } from './support/figures.js';
import { closeLabsAfterEach, openTestLab } from './support/open.js';
import { until } from './support/until.js';
import { describeLab } from './support/where.js';

const PORT = 5_000;
/** How a datagram begins that is none of media, DTLS and STUN. */
const PLAIN = 'ff';

describeLab('a path of a lab', () => {
  closeLabsAfterEach();

  /** Alice with the path, and bob with an unlimited one, who answers. */
  async function twoHosts(lab: Lab, path: PathOptions) {
    const [alice, bob] = [await lab.host('alice', path), await lab.host('bob')];
    const [near, far] = await Promise.all([openAgent(alice), openAgent(bob)]);
    await Promise.all([near.listen(PORT), far.listen(PORT)]);
    return { alice, near, toBob: { address: bob.address, port: PORT } };
  }

  const answered = (times: readonly (number | undefined)[]) => times.filter((time) => time !== undefined);

  it('[E1] takes as long as was set, there and back', async () => {
    const lab = await openTestLab();
    const { near, toBob } = await twoHosts(lab, { up: { delayMs: 20 }, down: { delayMs: 10 } });
    await near.ask({ ...toBob, limitMs: 1_000 });
    await lab.resetCounters();

    const times = answered(await near.askOften({ ...toBob, limitMs: 1_000, count: 100, everyMs: 5 }));

    const { lateMaxMs } = await lab.counters();
    report('idle RTT, 30 ms set', {
      medianMs: quantile(times, 0.5),
      minMs: Math.min(...times),
      p95Ms: quantile(times, 0.95),
      lateMaxMs,
    });
    expect(times).toHaveLength(100);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(30);
    // Of the slower ones, some waited for a processor at the programs that ask and answer.
    expect(quantile(times, 0.25)).toBeLessThan(32);
  });

  it('[E3] keeps its rate, and drops what its queue has no room for', async () => {
    const lab = await openTestLab();
    const up = { rateBps: 1_000_000, queueMs: 100, delayMs: 15 };
    const { near, toBob } = await twoHosts(lab, { up, down: { delayMs: 15 } });
    const flood = near.send({ ...toBob, head: PLAIN, bytes: 1_000, rateBps: 2_000_000, forMs: 2_500 });
    const upNow = async () => {
      const counters = await lab.counters();
      return { atMs: counters.atMs, cpuMs: counters.cpuMs, up: sumOf(counters.hosts['alice']!.up) };
    };
    await until(async () => (await upNow()).up.dropped > 0, 3_000);

    const before = await upNow();
    const times = answered(await near.askOften({ ...toBob, limitMs: 1_000, count: 40, everyMs: 40 }));
    const after = await upNow();
    await flood;

    const seconds = (after.atMs - before.atMs) / 1_000;
    const goodputBps = ((after.up.bytes - before.up.bytes) * 8) / seconds;
    report('1 Mbit/s with 100 ms of queue, sent to at 2 Mbit/s', {
      goodputKbps: goodputBps / 1_000,
      queueMeanMs: after.up.queueMeanMs,
      queueMaxMs: after.up.queueMaxMs,
      rttMedianMs: quantile(times, 0.5),
      dropped: after.up.dropped,
      cpuPct: (after.cpuMs - before.cpuMs) / seconds / 10,
    });
    expect(goodputBps).toBeGreaterThan(950_000); // a sender that gets no processor for 100 ms lets the queue run dry
    expect(goodputBps).toBeLessThan(1_015_000);
    // What is full is a queue of 100 ms, and the packet that is being sent.
    expect(after.up.queueMaxMs).toBeGreaterThan(90);
    expect(after.up.queueMaxMs).toBeLessThanOrEqual(108.1);
    expect(quantile(times, 0.5)).toBeGreaterThan(120);
    expect(quantile(times, 0.5)).toBeLessThan(142);
  });

  it('[E3] takes a new rate at once, for packets that wait too', async () => {
    const lab = await openTestLab();
    const { alice, near, toBob } = await twoHosts(lab, { up: { rateBps: 100_000, queueBytes: 50_000 } });
    const queueMs = async () => (await lab.counters()).hosts['alice']!.up.queueMs;
    await near.send({ ...toBob, head: PLAIN, bytes: 1_000, rateBps: 4_000_000, forMs: 100 });
    expect(await queueMs()).toBeGreaterThan(2_500);

    await alice.shape('up', { rateBps: 10_000_000 });

    expect(await queueMs()).toBeLessThan(100); // 8 more for the packet that is being sent at the old rate
    await until(async () => (await queueMs()) === 0, 1_000);
  });

  it('[E1] loses the share that was set, and nobody but the counters knows which', async () => {
    const lab = await openTestLab();
    const { near, toBob } = await twoHosts(lab, { up: { lossRatio: 0.1 } });

    const sent = await near.send({ ...toBob, head: PLAIN, bytes: 100, rateBps: 4_000_000, forMs: 1_000 });

    const up = async () => (await lab.counters()).hosts['alice']!.up.other;
    await until(async () => (await up()).packets + (await up()).lost === sent, 1_000);
    const { packets, lost, dropped } = await up();
    report('10 % of loss', { lostPct: (lost / (packets + lost)) * 100, packets: packets + lost });
    expect(dropped).toBe(0);
    expect(lost / (packets + lost)).toBeGreaterThan(0.08);
    expect(lost / (packets + lost)).toBeLessThan(0.12);
  });

  it('[E1] spreads packets over the jitter that was set', async () => {
    const lab = await openTestLab();
    const { near, toBob } = await twoHosts(lab, { up: { delayMs: 10, jitterMs: 20 } });
    await near.ask({ ...toBob, limitMs: 1_000 });

    // Far enough apart that none has to wait for one before it.
    const times = answered(await near.askOften({ ...toBob, limitMs: 1_000, count: 60, everyMs: 22 }));

    report('RTT with 10 ms of delay and 20 of jitter', {
      minMs: Math.min(...times),
      medianMs: quantile(times, 0.5),
      p95Ms: quantile(times, 0.95),
      maxMs: Math.max(...times),
    });
    expect(times).toHaveLength(60);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(10);
    expect(Math.min(...times)).toBeLessThan(14);
    // Evenly spread from 10 to 30 ms: a quarter below 15, a quarter above 25.
    expect(quantile(times, 0.25)).toBeLessThan(20);
    expect(quantile(times, 0.75)).toBeGreaterThan(20);
    expect(quantile(times, 0.75)).toBeLessThan(31);
  });
});
