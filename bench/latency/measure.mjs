// @ts-check
import { setTimeout as pause } from 'node:timers/promises';

import { startServers } from '../setup/servers.mjs';
import { openBrowser } from '../support/browser.mjs';
import { quantile } from '../support/quantile.mjs';
import { hold, median, printTable, rounded } from '../support/report.mjs';
import { linked } from '../throughput/turn.mjs';

/** Ten seconds each time: enough for a 95th percentile that ten messages are beyond. */
const MESSAGES = 200;
const SHORT_MESSAGES = 40;
/** SCTP has found the path's rate, and compilers are warm. */
const WARM_UP_MS = 2_000;
/** Longer than any message may take. */
const LAST_MS = 2_000;
/** The contenders take turns, so that a slow moment meets both. */
const ROUNDS = 3;
const CONTENDERS = /** @type {const} */ (['handWritten', 'conclave']);

/** @typedef {typeof CONTENDERS[number]} Contender */
/** @typedef {{ delaysMs: number[], fileMbps: number[] }} Heard */

/** @param {{ rounds: number | undefined, short: boolean }} options */
export async function measure({ rounds = ROUNDS, short }) {
  const servers = await startServers();
  const browser = await openBrowser(new URL('./page.mjs', import.meta.url));
  try {
    const pair = { sender: await browser.open(), receiver: await browser.open() };
    /** @type {Record<Contender, Heard>} */
    const heard = { handWritten: { delaysMs: [], fileMbps: [] }, conclave: { delaysMs: [], fileMbps: [] } };
    for (let round = 0; round < rounds; round++) {
      for (const [place] of CONTENDERS.entries()) {
        const name = CONTENDERS[(place + round) % CONTENDERS.length] ?? 'conclave';
        const turn = await linked(pair, name, servers.urls, () =>
          talk(pair, short ? SHORT_MESSAGES : MESSAGES),
        );
        heard[name].delaysMs.push(...turn.delaysMs);
        heard[name].fileMbps.push(turn.fileMbps);
      }
    }
    return { ...report(heard), browser: browser.version };
  } finally {
    await browser.close();
    await servers.close();
  }
}

/**
 * Messages while a file moves: how long each took, and how fast the file was.
 *
 * @param {import('../throughput/turn.mjs').Pair} pair
 * @param {number} count
 * @returns {Promise<{ delaysMs: number[], fileMbps: number }>}
 */
async function talk({ sender, receiver }, count) {
  const moves = receiver.call('fileMoves');
  await sender.call('startFile');
  await moves;
  await pause(WARM_UP_MS);
  await receiver.call('restart');
  const startMs = performance.now();
  await sender.call('talk', count);
  const ms = performance.now() - startMs;
  const { fileBytes } = await receiver.call('heard');
  const deadlineMs = performance.now() + LAST_MS;
  for (;;) {
    const { delaysMs } = await receiver.call('heard');
    if (delaysMs.length === count) return { delaysMs, fileMbps: (fileBytes * 8) / 1000 / ms };
    if (performance.now() > deadlineMs) throw new Error(`${delaysMs.length} messages of ${count} came`);
    await pause(50);
  }
}

/** @param {Record<Contender, Heard>} heard */
function report({ handWritten, conclave }) {
  const line = (/** @type {string} */ name, /** @type {Heard} */ { delaysMs, fileMbps }) => {
    const shares = [0, 0.5, 0.95, 1].map((share) => rounded(quantile(delaysMs, share)));
    return [name, ...shares, delaysMs.length, fileMbps.map((mbps) => Math.round(mbps)).join(' ')];
  };
  console.log('\nmilliseconds from send to handler while a file moves');
  printTable([
    ['', 'least', 'p50', 'p95', 'most', 'messages', 'file, Mbit/s'],
    line('handWritten', handWritten),
    line('conclave', conclave),
  ]);
  const figures = {
    chatP50Ms: rounded(quantile(conclave.delaysMs, 0.5)),
    chatP95Ms: rounded(quantile(conclave.delaysMs, 0.95)),
    handWrittenChatP50Ms: rounded(quantile(handWritten.delaysMs, 0.5)),
    handWrittenChatP95Ms: rounded(quantile(handWritten.delaysMs, 0.95)),
    chatToHandWritten: rounded(quantile(conclave.delaysMs, 0.95) / quantile(handWritten.delaysMs, 0.95)),
    fileMbps: rounded(median(conclave.fileMbps)),
    handWrittenFileMbps: rounded(median(handWritten.fileMbps)),
  };
  return { figures, rows: [hold('p95, to hand-written', '<=', 0.5, figures.chatToHandWritten)] };
}
