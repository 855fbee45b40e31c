// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

import { CAMERA } from '../support/contenders.mjs';
import { compareCounters, watchCounters } from '../support/counted.mjs';
import { watchCpu } from '../support/machine.mjs';
import { startCallOfAlice } from '../support/participants.mjs';
import { chatDelays, compareSnapshots } from '../support/received.mjs';

/** What is still under way at the end of the window has so long to come. */
const LAST_MS = 1_000;

/** @typedef {Awaited<ReturnType<typeof runCall>>} CallResult */

/**
 * One call: alice sends camera and sound to everybody, from some moment on also a file and all the time chat. What it was
 * like for each of them, without the file and with it.
 *
 * @param {import('../support/internet.mjs').Internet} internet
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {import('../support/participants.mjs').Contender} contender
 * @param {typeof import('./scenarios.mjs').TIMING} timing
 */
export async function runCall(internet, scenario, contender, timing) {
  const call = await startCallOfAlice(internet, contender, CAMERA);
  const { alice, subscribers } = call;
  const look = async () => ({
    counted: await internet.counters('alice', 'up'),
    pages: await Promise.all(subscribers.map((page) => page.call('snapshot'))),
  });
  /** @typedef {Awaited<ReturnType<typeof look>>} Look */
  const compare = (/** @type {Look} */ before, /** @type {Look} */ after) => ({
    shaper: compareCounters(before.counted, after.counted),
    received: after.pages.map((page, index) => compareSnapshots(before.pages[index], page)),
    fromMs: before.counted.atMs,
    toMs: after.counted.atMs,
  });
  try {
    const ends = [];
    for (let n = 0; n < scenario.subscribers; n++) ends.push(await call.openSubscriber());
    const timeline = await watchCounters(() => internet.counters('alice', 'up'));
    const cold = await look();
    const joined = Promise.all(ends.map(({ join }) => join()));
    // On a thin uplink by hand some never get through: that is a figure, not a failure.
    const together = joined.then(() => alice.call('whenWith', scenario.subscribers));
    if (!scenario.cold) await together;
    together.catch(() => undefined);
    await alice.call('startChat');

    let calm;
    let before = cold;
    const cpu = { calm: watchCpu(), flood: watchCpu() };
    if (!scenario.cold) {
      await pause(timing.warmUp * 1000);
      const start = await look();
      await pause(timing.calm * 1000);
      calm = compare(start, await look());
      await alice.call('startFile');
      await pause(timing.settle * 1000);
      before = await look();
    }
    cpu.flood = watchCpu();
    await pause((scenario.cold ? timing.cold : timing.flood) * 1000);
    const window = compare(before, await look());
    const cpuPct = cpu.flood.stop();
    const [{ sent }, plan] = [await alice.call('snapshot'), await alice.call('plan')];
    await pause(LAST_MS);
    const intervals = await timeline.stop();
    const spoken = await alice.call('readChat');
    const delaysMs = await Promise.all(
      subscribers.map(async (page) => chatDelays(spoken, await page.call('readChat'), window)),
    );
    return { ...window, calm, delaysMs, cpuPct, intervals, sent, plan };
  } finally {
    await call.close();
  }
}
