// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

import { CAMERA, CONTENDERS, PAGE } from '../support/contenders.mjs';
import { compareCounters } from '../support/counted.mjs';
import { openInternet } from '../support/internet.mjs';
import { watchCpu } from '../support/machine.mjs';
import { startCallOfAlice } from '../support/participants.mjs';
import { audioOf, msUntilVideo, videoKbpsOf } from '../support/recorded.mjs';
import { hold } from '../support/report.mjs';
import { takeTurns } from '../support/rounds.mjs';

const ROUNDS = 3;
const UP = { rateBps: 1_000_000, queueMs: 100 };
const SUBSCRIBERS = 4;
/** Until the first one's picture is what it will be. */
const WARM_UP_MS = 20_000;
/** From one who joins to the next. */
const STAGE_MS = 16_000;
/** In which the others are to hear nothing of it. */
const DENT_MS = 5_000;
/** What a stage has come to: its last seconds. */
const SETTLED_MS = 6_000;

/** @typedef {import('../support/recorded.mjs').Sample} Sample */

/** @param {{ rounds: number | undefined, only: readonly string[] }} options */
export async function measure({ rounds = ROUNDS, only }) {
  const internet = await openInternet({ alice: { up: UP }, others: {} }, PAGE);
  try {
    const figures = await takeTurns(Object.keys(CONTENDERS), { rounds, only }, (name) => {
      const contender = CONTENDERS[name];
      if (!contender) throw new Error(`nobody is called ${name}`);
      return runJoins(internet, contender);
    });
    const rows = [
      hold('E4 concealedMs', '<=', 0, figures['concealedMs'] ?? NaN),
      hold('E4 videoBackMs', '<=', 3_000, figures['videoBackMs'] ?? NaN),
    ];
    return { figures, rows, ...(internet.version !== undefined && { browser: internet.version }) };
  } finally {
    await internet.close();
  }
}

/**
 * One call to which one after the other comes; what those notice who are there.
 *
 * @param {import('../support/internet.mjs').Internet} internet
 * @param {import('../support/participants.mjs').Contender} contender
 * @returns {Promise<{ cpuPct: number } & Record<string, number | undefined>>}
 */
async function runJoins(internet, contender) {
  const call = await startCallOfAlice(internet, contender, CAMERA);
  const { alice, subscribers } = call;
  try {
    const ends = [];
    for (let n = 0; n < SUBSCRIBERS; n++) ends.push(await call.openSubscriber());
    const [first, ...more] = ends;
    await first?.join();
    await alice.call('whenWith', 1);
    await pause(WARM_UP_MS);
    const cpu = watchCpu();
    await Promise.all(subscribers.map((page) => page.call('startRecorder')));
    const before = await internet.counters('alice', 'up');
    const stages = [];
    for (const { join } of more) {
      const fromMs = performance.timeOrigin + performance.now();
      await join();
      await pause(STAGE_MS);
      stages.push({ fromMs, toMs: performance.timeOrigin + performance.now() });
    }
    const { classes } = compareCounters(before, await internet.counters('alice', 'up'));
    const cpuPct = cpu.stop();
    /** @type {Sample[][]} */
    const recorded = await Promise.all(subscribers.map((page) => page.call('stopRecorder')));
    const dents = stages.map((stage, index) => dentOf(recorded.slice(0, index + 1), stage));
    return {
      concealedMs: Math.max(...dents.map(({ concealedMs }) => concealedMs)),
      audioLossPct: Math.max(...dents.map(({ lossPct }) => lossPct)),
      videoBackMs: Math.max(...dents.map(({ videoBackMs }) => videoBackMs)),
      audioDropped: classes.audio.dropped,
      ...Object.fromEntries(
        dents.flatMap((dent, index) =>
          Object.entries(dent).map(([key, value]) => [`join${index + 2}.${key}`, value]),
        ),
      ),
      cpuPct,
    };
  } finally {
    await call.close();
  }
}

/**
 * What those who were there noticed of one who came: the worst of them.
 *
 * @param {readonly Sample[][]} others
 * @param {import('../support/recorded.mjs').Window} stage
 */
function dentOf(others, stage) {
  const audio = others.map((samples) =>
    audioOf(samples, { fromMs: stage.fromMs, toMs: stage.fromMs + DENT_MS }),
  );
  const settled = { fromMs: stage.toMs - SETTLED_MS, toMs: stage.toMs };
  const rates = others.map((samples) => videoKbpsOf(samples, settled));
  return {
    concealedMs: Math.max(...audio.map(({ concealedMs }) => concealedMs)),
    lossPct: Math.max(...audio.map(({ lossPct }) => lossPct)),
    videoBackMs: Math.max(...others.map((samples, index) => msUntilVideo(samples, stage, rates[index] ?? 0))),
    videoKbpsMin: Math.min(...rates),
    videoKbpsMax: Math.max(...rates),
  };
}
