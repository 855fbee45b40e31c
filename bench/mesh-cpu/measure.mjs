// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

import { chromiumArguments } from '../../scripts/fake-media.mjs';
import { startServers } from '../setup/servers.mjs';
import { openBrowser } from '../support/browser.mjs';
import { PAGE } from '../support/contenders.mjs';
import { watchCpu } from '../support/machine.mjs';
import { chosen } from '../support/only.mjs';
import { openCall } from '../support/participants.mjs';
import { hold, median, printTable, rounded } from '../support/report.mjs';

const CAMERA = { width: 320, height: 180, frameRate: 15 };
const FEWEST = 2;
const MOST = 10;
/** At which both are compared, whatever they carry at most. */
const COMPARED = 4;
const SETTLE_MS = 12_000;
const MEASURE_MS = 10_000;
/** What carrying a call means: time is left, and pictures move. */
const MOST_CPU_PERCENT = 90;
const LEAST_FPS = 14;

/** Both at the bit rate that a picture of this size needs. */
const CONTENDERS = /** @type {Record<string, import('../support/participants.mjs').Contender>} */ ({
  conclave: { engine: 'conclave' },
  conclaveOff: { engine: 'conclave', options: { uplink: 'off' } },
  handWritten: { engine: 'handWritten', options: { videoBps: 150_000 } },
});

/** @typedef {{ people: number, cpuPct: number, fps: number, kbps: number, concealPct: number }} Load */

/** @param {{ rounds: number | undefined, short: boolean, only: readonly string[] }} options */
export async function measure({ rounds = 1, short, only }) {
  const servers = await startServers();
  const browser = await openBrowser(PAGE, chromiumArguments);
  const hosts = { urls: servers.urls, open: browser.open };
  const names = chosen(Object.keys(CONTENDERS), only);
  /** @type {Record<string, number[]>} */
  const carried = {};
  /** @type {Record<string, number[]>} */
  const compared = {};
  try {
    for (let round = 0; round < rounds; round++) {
      /** @type {Record<string, Load[]>} */
      const loads = Object.fromEntries(names.map((name) => [name, []]));
      for (let people = short ? COMPARED : FEWEST; people <= (short ? COMPARED : MOST); people++) {
        const order = (people + round) % 2 === 0 ? names : [...names].reverse();
        const still = order.filter((name) => loads[name]?.every(isCarried));
        if (still.length === 0) break;
        for (const name of still) {
          const contender = CONTENDERS[name];
          if (!contender) continue;
          const load = await runMesh(hosts, contender, people);
          loads[name]?.push(load);
          console.log(`${name} ${JSON.stringify(load)}`);
          if (people === COMPARED) (compared[name] ??= []).push(load.cpuPct);
        }
      }
      for (const name of short ? [] : names)
        (carried[name] ??= []).push(participantsCarried(loads[name] ?? []));
      printLoads(loads);
    }
    return { ...report(carried, compared), browser: browser.version };
  } finally {
    await browser.close();
    await servers.close();
  }
}

/**
 * @param {Record<string, number[]>} carried
 * @param {Record<string, number[]>} compared
 */
function report(carried, compared) {
  const figures = {
    ...Object.fromEntries(
      Object.entries(carried).map(([name, all]) => [`${name}.participants`, rounded(median(all))]),
    ),
    ...Object.fromEntries(
      Object.entries(compared).map(([name, all]) => [`${name}.cpuPctOf4`, rounded(median(all))]),
    ),
  };
  const [ours, theirs] = [figures['conclave.participants'], figures['handWritten.participants']];
  if (ours === undefined || !theirs) return { figures, rows: [] };
  figures['ratio'] = rounded(ours / theirs);
  return { figures, rows: [hold('participants, to by hand', '>=', 0.95, figures['ratio'])] };
}

/**
 * Everybody sends to everybody: what that costs, and what arrives.
 *
 * @param {import('../support/participants.mjs').Hosts} hosts
 * @param {import('../support/participants.mjs').Contender} contender
 * @param {number} people
 * @returns {Promise<Load>}
 */
async function runMesh(hosts, contender, people) {
  const call = openCall(hosts, contender);
  /** @type {import('../support/browser.mjs').Page[]} */
  const pages = [];
  try {
    for (let n = 0; n < people; n++) {
      const to = pages.map((_, index) => `peer-${index}`);
      const { page, join } = await call.openPerson({ host: 'here', name: `peer-${n}`, to, camera: CAMERA });
      await join();
      await page.call('attach', ['audio', 'video']);
      pages.push(page);
    }
    await Promise.all(pages.map((page) => page.call('whenWith', people - 1)));
    await pause(SETTLE_MS);
    const look = () => Promise.all(pages.map((page) => page.call('snapshot')));
    const cpu = watchCpu();
    const before = await look();
    await pause(MEASURE_MS);
    const after = await look();
    const cpuPct = cpu.stop();
    const seconds = (after[0].atMs - before[0].atMs) / 1000;
    const grown = (/** @type {string} */ kind, /** @type {string} */ name) =>
      after.flatMap(({ received }, index) =>
        Object.entries(received).flatMap(([key, track]) =>
          track.kind === kind ? [track[name] - (before[index].received[key]?.[name] ?? 0)] : [],
        ),
      );
    const total = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0);
    const streams = people * (people - 1);
    const samples = total(grown('audio', 'totalSamplesReceived'));
    return {
      people,
      cpuPct: rounded(cpuPct),
      fps: rounded(total(grown('video', 'framesDecoded')) / streams / seconds),
      kbps: rounded((total(grown('video', 'bytesReceived')) * 8) / 1000 / streams / seconds),
      concealPct: rounded((100 * total(grown('audio', 'concealedSamples'))) / Math.max(1, samples)),
    };
  } finally {
    await call.close();
  }
}

/** @param {Load} load */
const isCarried = ({ cpuPct, fps }) => cpuPct < MOST_CPU_PERCENT && fps >= LEAST_FPS;

/**
 * Where between the last number that is carried and the first that is not the bound lies: whole numbers are too coarse.
 *
 * @param {readonly Load[]} loads
 */
function participantsCarried(loads) {
  const last = loads.findLast(isCarried);
  const failed = loads.find((load) => !isCarried(load));
  if (!last) return 0;
  if (!failed) return last.people;
  const reach = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ bound) =>
    from === to ? 1 : Math.min(1, Math.max(0, (bound - from) / (to - from)));
  const cpu = failed.cpuPct >= MOST_CPU_PERCENT ? reach(last.cpuPct, failed.cpuPct, MOST_CPU_PERCENT) : 1;
  const fps = failed.fps < LEAST_FPS ? reach(last.fps, failed.fps, LEAST_FPS) : 1;
  return last.people + (failed.people - last.people) * Math.min(cpu, fps);
}

/** @param {Record<string, Load[]>} loads */
function printLoads(loads) {
  console.log('\nparticipants, each sending audio and 320 x 180 at 15 frames a second to all others');
  printTable([
    ['', 'people', 'CPU %', 'fps', 'kbit/s', 'concealed %'],
    ...Object.entries(loads).flatMap(([name, all]) =>
      all.map(({ people, cpuPct, fps, kbps, concealPct }) => [name, people, cpuPct, fps, kbps, concealPct]),
    ),
  ]);
}
