// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

import { labSupport } from '@conclave/lab';

import { CAMERA, PAGE } from '../support/contenders.mjs';
import { openInternet } from '../support/internet.mjs';
import { watchCpu } from '../support/machine.mjs';
import { startCallOfAlice } from '../support/participants.mjs';
import { compareSnapshots } from '../support/received.mjs';
import { whileQuiet } from '../support/quiet.mjs';

/** From an uplink on which not even sound fits to one with plenty: who is there, and what it carries. */
const ROOMS = /** @type {const} */ ([
  { present: 1, rateBps: 45_000 },
  { present: 2, rateBps: 90_000 },
  { present: 1, rateBps: 120_000 },
  { present: 3, rateBps: 260_000 },
  { present: 2, rateBps: 400_000 },
  { present: 1, rateBps: 300_000 },
  { present: 3, rateBps: 620_000 },
  { present: 2, rateBps: 1_000_000 },
  { present: 3, rateBps: 2_000_000 },
  { present: 1, rateBps: 3_000_000 },
]);
const QUEUE_MS = 200;
/** Until those who are there have what they get. */
const SETTLE_MS = 8_000;
/** Of the newcomer's start, nothing counts. */
const JOIN_MS = 6_000;
const MEASURE_MS = 15_000;
/** Where those who are there have not come together in so long, there is nobody to be asked. */
const TOGETHER_MS = 30_000;
/** More than this of somebody's sound lost, and it was not safe (row E5). */
const MAX_AUDIO_LOSS_PCT = 0.5;
/** A picture needs so much, or what it was limited to where it needs less; a twentieth is the encoder's own wandering. */
const PICTURE_KBPS = 50;
const ENOUGH = 0.95;

/**
 * Ten rooms on a shaper: alice is asked whether one more fits, who comes whatever she says; how many answers were right,
 * and what was wrong with the others. Undefined where this machine can have no lab, which it says.
 */
export async function judgeOnTheShaper() {
  const support = labSupport();
  if (!support.available) {
    console.log(`not tried on the shaper: ${support.reason}`);
    return undefined;
  }
  let right = 0;
  let judged = 0;
  for (const room of ROOMS) {
    const up = { rateBps: room.rateBps, queueMs: QUEUE_MS };
    const internet = await openInternet({ alice: { up }, others: {} }, PAGE);
    try {
      const name = `${room.present}+1 at ${room.rateBps / 1000} kbit/s`;
      const outcome = await whileQuiet(name, () => runRoom(internet, room));
      if (!outcome) continue;
      judged += 1;
      if (outcome.isRight) right += 1;
      console.log(`  ${outcome.isRight ? 'right' : 'wrong'}: ${name}, ${outcome.words}`);
    } finally {
      await internet.close();
    }
  }
  return { right, judged };
}

/**
 * @param {import('../support/internet.mjs').Internet} internet
 * @param {typeof ROOMS[number]} room
 */
async function runRoom(internet, { present, rateBps }) {
  const contender = /** @type {const} */ ({
    engine: 'conclave',
    options: { uplink: { capacityBps: rateBps, whenFull: 'degrade' } },
  });
  const call = await startCallOfAlice(internet, contender, CAMERA);
  const { alice, subscribers } = call;
  try {
    for (let n = 0; n < present; n++) (await call.openSubscriber()).join().catch(() => undefined);
    const together = alice.call('whenWith', present).then(() => true);
    if (!(await Promise.race([together.catch(() => false), pause(TOGETHER_MS, false)])))
      return { isRight: false, words: 'those who are there never came together', cpuPct: 0 };
    await pause(SETTLE_MS);
    const { fits } = await alice.call('wouldFit');
    const newcomer = await call.openSubscriber();
    // Where it does not fit it may never get through.
    newcomer.join().catch(() => undefined);
    await pause(JOIN_MS);
    const look = () => Promise.all(subscribers.map((page) => page.call('snapshot')));
    const cpu = watchCpu();
    const before = await look();
    await pause(MEASURE_MS);
    const after = await look();
    const cpuPct = cpu.stop();
    const received = after.map((page, index) => compareSnapshots(before[index], page));
    const plan = await alice.call('plan');
    /** @type {{ state: string, maxBitrateBps: number }[]} */
    const videos = plan.subscribers.flatMap((/** @type {any} */ one) => one.videos);
    const wanted = videos
      .filter(({ state }) => state !== 'paused')
      .map(({ maxBitrateBps }) => ENOUGH * Math.min(PICTURE_KBPS, maxBitrateBps / 1000))
      .sort((a, b) => a - b);
    // Pages and plans have no name in common: the worst video is held against the least that was planned, and so on.
    const got = received.map(({ videoKbps }) => videoKbps).sort((a, b) => a - b);
    const short = wanted.filter(
      (kbps, index) => (got[got.length - wanted.length + index] ?? 0) < kbps,
    ).length;
    const loss = Math.max(...received.map(({ audioLossPct }) => audioLossPct));
    const isGood = loss <= MAX_AUDIO_LOSS_PCT && short === 0;
    const words = `${fits}; audio loss ${loss.toFixed(2)} %, ${short} of ${wanted.length} videos short (${got.map(Math.round).join(', ')} kbit/s)`;
    return { isRight: isGood === (fits !== 'no'), words, cpuPct };
  } finally {
    await call.close();
  }
}
