// @ts-check
import { openBrowser } from '../support/browser.mjs';
import { hold, median, printTable, rounded } from '../support/report.mjs';
import { measureMesh } from './mesh.mjs';
import { startServers } from './servers.mjs';

/** Enough for medians that hold still; the contenders take turns, so that a slow moment meets all of them. */
const ROUNDS = 20;
const CONTENDERS = /** @type {const} */ (['handWritten', 'conclave', 'peerjs']);

/** @typedef {typeof CONTENDERS[number]} Contender */

/** @param {{ rounds: number | undefined }} options */
export async function measure({ rounds = ROUNDS }) {
  const servers = await startServers();
  const browser = await openBrowser(new URL('./page.mjs', import.meta.url));
  try {
    const times = await measurePairs(browser, servers.urls, rounds);
    const meshTimes = await measureMesh(browser, servers.urls);
    const [handWritten, conclave, peerjs] = CONTENDERS.map((name) => median(times[name]));
    if (!handWritten || !conclave || !peerjs) throw new Error('a contender has no median');
    const figures = {
      handWrittenMs: rounded(handWritten),
      conclaveMs: rounded(conclave),
      peerjsMs: rounded(peerjs),
      ratioToHandWritten: rounded(conclave / handWritten),
      ratioToPeerJs: rounded(conclave / peerjs),
      meshOfFiveMs: rounded(median(meshTimes)),
    };
    printSpread({ ...times, meshOfFive: meshTimes });
    const rows = [
      hold('C4 first frame, to hand-written', '<=', 1.25, figures.ratioToHandWritten),
      hold('faster than PeerJS', '<', 1, figures.ratioToPeerJs),
      hold('E7 five-party mesh, ms', '<=', 30_000, figures.meshOfFiveMs),
    ];
    return { figures, rows, browser: browser.version };
  } finally {
    await browser.close();
    await servers.close();
  }
}

/**
 * @param {Awaited<ReturnType<typeof openBrowser>>} browser
 * @param {Record<string, string>} urls
 * @param {number} rounds
 */
async function measurePairs(browser, urls, rounds) {
  const publisher = await browser.open();
  const subscriber = await browser.open();
  const addresses = await publisher.call('publish', urls);
  /** @type {Record<Contender, number[]>} */
  const times = { handWritten: [], conclave: [], peerjs: [] };
  // Round 0 warms up codecs and compilers, and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const [place] of CONTENDERS.entries()) {
      const name = CONTENDERS[(place + round) % CONTENDERS.length] ?? 'conclave';
      const ms = await subscriber.call('timeToFirstFrame', name, urls, addresses[name]);
      if (round > 0) times[name].push(ms);
      await publisher.call('becomeIdle', name);
    }
  }
  await publisher.close();
  await subscriber.close();
  return times;
}

/** @param {Record<string, number[]>} times */
function printSpread(times) {
  const line = (/** @type {[string, number[]]} */ [name, values]) => {
    const all = [Math.min(...values), median(values), Math.max(...values)];
    return [name, ...all.map((value) => value.toFixed(1)), values.length];
  };
  console.log('\nmilliseconds');
  printTable([['', 'least', 'median', 'most', 'rounds'], ...Object.entries(times).map(line)]);
}
