// @ts-check
import { PAGE } from '../support/contenders.mjs';
import { openInternet } from '../support/internet.mjs';
import { chosen } from '../support/only.mjs';
import { savePlot } from '../support/plot.mjs';
import { median, printTable, rounded } from '../support/report.mjs';
import { takeTurns } from '../support/rounds.mjs';
import { figuresOf } from './figures.mjs';
import { runCall } from './flooded-call.mjs';
import { rowsOf } from './rows.mjs';
import { contendersOf, SCENARIOS, SHORT_TIMING, TIMING } from './scenarios.mjs';

const ROUNDS = 3;
const SHORT_SCENARIO = '1m-3-100ms';
/** Whose lines are drawn, side by side. */
const PLOTTED = /** @type {const} */ ({ handWritten: 'By hand on RTCPeerConnection', conclave: 'Conclave' });

/** @typedef {import('./scenarios.mjs').Scenario} Scenario */

/** @param {{ rounds: number | undefined, short: boolean, only: readonly string[] }} options */
export async function measure({ rounds, short, only }) {
  const names = SCENARIOS.map(({ name }) => name);
  const wanted = short ? [SHORT_SCENARIO] : chosen(names, only);
  /** @type {Record<string, number>} */
  const figures = {};
  let browser;
  for (const scenario of SCENARIOS.filter(({ name }) => wanted.includes(name))) {
    const options = { rounds: rounds ?? (short ? 1 : ROUNDS), short, only };
    const measured = await measureScenario(scenario, options);
    browser = measured.version;
    Object.assign(figures, measured.figures);
  }
  return { figures, rows: rowsOf(figures), ...(browser !== undefined && { browser }) };
}

/**
 * @param {Scenario} scenario
 * @param {{ rounds: number, short: boolean, only: readonly string[] }} options
 */
async function measureScenario(scenario, { rounds, short, only }) {
  const { name, rateBps, queueMs } = scenario;
  const contenders = contendersOf(scenario);
  const timing = short ? SHORT_TIMING : TIMING;
  const internet = await openInternet({ alice: { up: { rateBps, queueMs } }, others: {} }, PAGE);
  /** @type {Record<string, import('../support/counted.mjs').Interval[]>} */
  const lines = {};
  try {
    const figures = await takeTurns(
      Object.keys(contenders),
      { rounds, only, prefix: `${name}.` },
      async (who) => {
        const contender = contenders[who];
        if (!contender) throw new Error(`nobody is called ${who}`);
        const result = await runCall(internet, scenario, contender, timing);
        describe(`${name} ${who}`, result);
        lines[who] = result.intervals;
        return figuresOf(result, scenario);
      },
    );
    const [bulk, most] = [figures[`${name}.bulkKbps`], figures[`${name}.oracle.bulkKbps`]];
    if (bulk !== undefined && most) figures[`${name}.bulkOfOracle`] = rounded(bulk / most);
    if (!short) plot(scenario, lines);
    return { figures, version: internet.version };
  } finally {
    await internet.close();
  }
}

/**
 * @param {string} title
 * @param {import('./flooded-call.mjs').CallResult} result
 */
function describe(title, { received, calm, delaysMs, shaper, cpuPct, sent, plan }) {
  console.log(`\n${title}: ${Math.round(cpuPct)} % CPU`);
  const header = [
    '',
    'audio loss %',
    'concealed %',
    'jitter buffer ms',
    'video kbit/s',
    'fps',
    'calm kbit/s',
    'file kbit/s',
    'chat p50 ms',
  ];
  const lines = received.map((one, index) => [
    `bob-${index + 1}`,
    one.audioLossPct.toFixed(2),
    one.audioConcealPct.toFixed(2),
    Math.round(one.audioJitterBufferMs),
    Math.round(one.videoKbps),
    one.videoFps.toFixed(1),
    Math.round(calm?.received[index]?.videoKbps ?? NaN),
    Math.round(one.bulkKbps),
    Math.round(delaysMs[index] && delaysMs[index].length > 0 ? median(delaysMs[index]) : NaN),
  ]);
  printTable([header, ...lines]);
  const classes = Object.entries(shaper.classes).filter(([, { packets, dropped }]) => packets + dropped > 0);
  printTable([
    ['uplink', 'kbit/s', 'dropped', 'queue ms'],
    ...classes.map(([name, { kbps, dropped, queueMs }]) => [
      name,
      Math.round(kbps),
      dropped,
      queueMs.toFixed(1),
    ]),
    ['all', Math.round(shaper.kbps), '', ''],
  ]);
  console.log(`  senders ${JSON.stringify(sent)}`);
  if (plan !== undefined) console.log(`  plan ${JSON.stringify(plan)}`);
}

/**
 * @param {Scenario} scenario
 * @param {Record<string, import('../support/counted.mjs').Interval[]>} lines
 */
function plot({ name, rateBps, subscribers, queueMs }, lines) {
  const panels = Object.entries(PLOTTED).flatMap(([contender, title]) => {
    const intervals = lines[contender];
    return intervals ? [{ title, intervals }] : [];
  });
  if (panels.length < Object.keys(PLOTTED).length) return;
  const people = subscribers === 1 ? 'one subscriber' : `${subscribers} subscribers`;
  const title = `An uplink of ${rateBps / 1e6} Mbit/s with a queue of ${queueMs} ms, ${people}`;
  savePlot(new URL(`../results/priority-${name}.svg`, import.meta.url), { title, rateBps, panels });
}
