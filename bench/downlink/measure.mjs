// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

import { CAMERA, CONTENDERS, PAGE } from '../support/contenders.mjs';
import { compareCounters, watchCounters } from '../support/counted.mjs';
import { openInternet } from '../support/internet.mjs';
import { watchCpu } from '../support/machine.mjs';
import { openCall } from '../support/participants.mjs';
import { compareSnapshots } from '../support/received.mjs';
import { hold } from '../support/report.mjs';
import { takeTurns } from '../support/rounds.mjs';

const ROUNDS = 3;
const DOWN = { rateBps: 1_000_000, queueMs: 100 };
/** Until the file has found the rate of the downlink. */
const ALONE_MS = 15_000;
const TALK_MS = 20_000;
/** The file has so long to yield before bob's sound has to be clean. */
const YIELD_MS = 1_000;
/** It has yielded once an audio packet waits no longer than this, for a second. */
const YIELDED_QUEUE_MS = 25;
const YIELDED_INTERVALS = 4;

/** @param {{ rounds: number | undefined, only: readonly string[] }} options */
export async function measure({ rounds = ROUNDS, only }) {
  const internet = await openInternet({ alice: { down: DOWN }, others: {} }, PAGE);
  try {
    const figures = await takeTurns(Object.keys(CONTENDERS), { rounds, only }, (name) => {
      const contender = CONTENDERS[name];
      if (!contender) throw new Error(`nobody is called ${name}`);
      return runTalk(internet, contender);
    });
    const rows = /** @type {const} */ ([
      ['yieldMs', '<=', YIELD_MS],
      ['audioLossPct', '<=', 0.1],
      ['audioConcealPct', '<=', 0.2],
      ['audioJitterBufferMs', '<=', 80],
    ]).map(([name, relation, bound]) => hold(`E2 ${name}`, relation, bound, figures[name] ?? NaN));
    return { figures, rows, ...(internet.version !== undefined && { browser: internet.version }) };
  } finally {
    await internet.close();
  }
}

/**
 * Charlie sends alice a file; after some time bob begins to talk to her.
 *
 * @param {import('../support/internet.mjs').Internet} internet
 * @param {import('../support/participants.mjs').Contender} contender
 * @returns {Promise<{ cpuPct: number } & Record<string, number | undefined>>}
 */
async function runTalk(internet, contender) {
  const call = openCall(internet, contender);
  const counters = () => internet.counters('alice', 'down');
  try {
    const alice = await call.openPerson({ host: 'alice', name: 'alice' });
    const bob = await call.openPerson({ host: 'others', name: 'bob', to: ['alice'], camera: CAMERA });
    const charlie = await call.openPerson({ host: 'others', name: 'charlie', to: ['alice'] });
    for (const { join } of [alice, bob, charlie]) await join();
    await charlie.page.call('whenWith', 1);
    await alice.page.call('whenWith', 2);
    await charlie.page.call('startFile', call.nameOf('alice'));
    await pause(ALONE_MS / 2);
    const cpu = watchCpu();
    const quiet = { counted: await counters(), page: await alice.page.call('snapshot') };
    await pause(ALONE_MS / 2);
    const start = { counted: await counters(), page: await alice.page.call('snapshot') };
    const timeline = await watchCounters(counters);
    await bob.page.call('attach', ['audio']);
    await pause(YIELD_MS);
    const talk = { counted: await counters(), page: await alice.page.call('snapshot') };
    await pause(TALK_MS);
    const end = { counted: await counters(), page: await alice.page.call('snapshot') };
    const alone = compareSnapshots(quiet.page, start.page);
    const heard = compareSnapshots(talk.page, end.page);
    const { classes, kbps } = compareCounters(talk.counted, end.counted);
    const cpuPct = cpu.stop();
    return {
      yieldMs: yieldedAfterMs(await timeline.stop()),
      audioLossPct: heard.audioLossPct,
      audioConcealPct: heard.audioConcealPct,
      audioJitterBufferMs: heard.audioJitterBufferMs,
      audioQueueMs: classes.audio.queueMs,
      audioDropped: classes.audio.dropped,
      bulkKbpsAlone: alone.bulkKbps,
      bulkKbps: heard.bulkKbps,
      utilisation: (kbps * 1000) / DOWN.rateBps,
      cpuPct,
    };
  } finally {
    await call.close();
  }
}

/**
 * From the first packet of audio until none waits long any more; all of the time where that never comes.
 *
 * @param {readonly import('../support/counted.mjs').Interval[]} intervals
 */
function yieldedAfterMs(intervals) {
  const talking = intervals.filter(({ classes }) => classes.audio.packets > 0);
  const isShort = (/** @type {import('../support/counted.mjs').Interval} */ { classes }) =>
    classes.audio.queueMs <= YIELDED_QUEUE_MS && classes.audio.dropped === 0;
  const at = talking.findIndex((_, index) => {
    const second = talking.slice(index, index + YIELDED_INTERVALS);
    return second.length === YIELDED_INTERVALS && second.every(isShort);
  });
  const past = at < 0 ? talking : talking.slice(0, at);
  return past.reduce((all, { seconds }) => all + seconds * 1000, 0);
}
