// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

import { CAMERA } from '../support/contenders.mjs';
import { watchCounters } from '../support/counted.mjs';
import { watchCpu } from '../support/machine.mjs';
import { startCallOfAlice } from '../support/participants.mjs';

const SUBSCRIBERS = 3;
export const HIGH_BPS = 1_000_000;
const LOW_BPS = 500_000;
/** 100 ms at the higher rate: a modem's memory stays what it is when its rate changes. */
export const QUEUE_BYTES = 12_500;
const WARM_UP_MS = 20_000;
/** From the file's first byte until it counts. */
const SETTLE_MS = 8_000;
/** Beyond the 30 seconds after which an estimate has to be right. */
const STAGE_MS = 32_000;

/** @typedef {Awaited<ReturnType<typeof runSteps>>} Steps */

/**
 * One call with a file in it: the uplink has 1 Mbit/s, then half of it, then all again.
 *
 * @param {import('../support/internet.mjs').Internet} internet
 * @param {import('../support/participants.mjs').Contender} contender
 */
export async function runSteps(internet, contender) {
  const call = await startCallOfAlice(internet, contender, CAMERA);
  const { alice, subscribers } = call;
  const setRate = (/** @type {number} */ rateBps) =>
    internet.shape('alice', 'up', { rateBps, queueBytes: QUEUE_BYTES });
  try {
    const ends = [];
    for (let n = 0; n < SUBSCRIBERS; n++) ends.push(await call.openSubscriber());
    await Promise.all(ends.map(({ join }) => join()));
    await alice.call('whenWith', SUBSCRIBERS);
    await pause(WARM_UP_MS);
    await alice.call('startFile');
    await pause(SETTLE_MS);
    const cpu = watchCpu();
    await Promise.all(subscribers.map((page) => page.call('startRecorder')));
    const counters = await watchCounters(() => internet.counters('alice', 'up'));
    const stages = [];
    for (const rateBps of [HIGH_BPS, LOW_BPS, HIGH_BPS]) {
      await setRate(rateBps);
      const fromMs = performance.timeOrigin + performance.now();
      await pause(STAGE_MS);
      const toMs = performance.timeOrigin + performance.now();
      const plan = await alice.call('plan');
      stages.push({
        rateBps,
        fromMs,
        toMs,
        estimateBps: /** @type {number | undefined} */ (plan?.capacityBps),
      });
    }
    const cpuPct = cpu.stop();
    const intervals = await counters.stop();
    /** @type {import('../support/recorded.mjs').Sample[][]} */
    const recorded = await Promise.all(subscribers.map((page) => page.call('stopRecorder')));
    return { stages, intervals, recorded, cpuPct };
  } finally {
    await call.close();
    await setRate(HIGH_BPS);
  }
}
