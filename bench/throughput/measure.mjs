// @ts-check
import { openBrowser } from '../support/browser.mjs';
import { hold, median, printTable, rounded } from '../support/report.mjs';
import { startServers } from '../setup/servers.mjs';
import { measureGib } from './gib.mjs';
import { linked, timeFile, timeMessages } from './turn.mjs';

const MIB = 1024 * 1024;
const FULL = { fileBytes: 256 * MIB, messages: 100_000 };
const SHORT = { fileBytes: 32 * MIB, messages: 10_000 };
/** What comes before the clock starts: compilers and buffers are warm then. */
const WARM_UP = { fileBytes: 16 * MIB, messages: 5_000 };
/** Each takes seconds, and varies little; the contenders take turns, so that a slow moment meets all of them. */
const ROUNDS = 3;
const MAX_HEAP_GROWTH_BYTES = 32_000_000;
const CONTENDERS = /** @type {const} */ (['handWritten', 'conclave', 'peerjs']);

/** @typedef {typeof CONTENDERS[number]} Contender */
/** @typedef {{ fileMbps: number, growthBytes: number, peakGrowthBytes: number, messagesPerSecond: number }} Turn */

/** @param {{ rounds: number | undefined, short: boolean, gib: boolean }} options */
export async function measure({ rounds = ROUNDS, short, gib }) {
  const servers = await startServers();
  const browser = await openBrowser(new URL('./page.mjs', import.meta.url));
  try {
    const pair = { sender: await browser.open(), receiver: await browser.open() };
    const measured = gib
      ? await measureGib(pair, servers.urls)
      : report(await takeTurns(pair, servers.urls, rounds, short ? SHORT : FULL));
    return { ...measured, browser: browser.version };
  } finally {
    await browser.close();
    await servers.close();
  }
}

/**
 * @param {import('./turn.mjs').Pair} pair
 * @param {Record<string, string>} urls
 * @param {number} rounds
 * @param {{ fileBytes: number, messages: number }} load
 */
async function takeTurns(pair, urls, rounds, load) {
  /** @type {Record<Contender, Turn[]>} */
  const turns = { handWritten: [], conclave: [], peerjs: [] };
  for (let round = 0; round <= rounds; round++) {
    const { fileBytes, messages } = round === 0 ? WARM_UP : load;
    await pair.sender.call('prepareFile', fileBytes);
    for (const [place] of CONTENDERS.entries()) {
      const name = CONTENDERS[(place + round) % CONTENDERS.length] ?? 'conclave';
      const turn = await linked(pair, name, urls, async () => {
        const { mbps, growthBytes, peakGrowthBytes } = await timeFile(pair, fileBytes);
        return {
          fileMbps: mbps,
          growthBytes,
          peakGrowthBytes,
          messagesPerSecond: await timeMessages(pair, messages),
        };
      });
      if (round > 0) turns[name].push(turn);
    }
  }
  return turns;
}

/** @param {Record<Contender, Turn[]>} turns */
function report(turns) {
  printSpread(turns, 'fileMbps', 'a file, Mbit/s');
  printSpread(turns, 'messagesPerSecond', 'messages per second');
  printSpread(turns, 'peakGrowthBytes', 'heap during the file over before, bytes, garbage included');
  const of = (/** @type {Contender} */ name, /** @type {keyof Turn} */ key) =>
    turns[name].map((turn) => turn[key]);
  const middle = (/** @type {Contender} */ name, /** @type {keyof Turn} */ key) => median(of(name, key));
  /** @param {Contender} name @param {keyof Turn} key */
  const ratioTo = (name, key) => rounded(middle('conclave', key) / middle(name, key));
  const figures = {
    fileMbps: rounded(middle('conclave', 'fileMbps')),
    handWrittenMbps: rounded(middle('handWritten', 'fileMbps')),
    peerjsMbps: rounded(middle('peerjs', 'fileMbps')),
    fileToHandWritten: ratioTo('handWritten', 'fileMbps'),
    fileToPeerjs: ratioTo('peerjs', 'fileMbps'),
    messagesPerSecond: Math.round(middle('conclave', 'messagesPerSecond')),
    handWrittenMessagesPerSecond: Math.round(middle('handWritten', 'messagesPerSecond')),
    peerjsMessagesPerSecond: Math.round(middle('peerjs', 'messagesPerSecond')),
    messagesToHandWritten: ratioTo('handWritten', 'messagesPerSecond'),
    messagesToPeerjs: ratioTo('peerjs', 'messagesPerSecond'),
    heapGrowthBytes: Math.round(Math.max(...of('conclave', 'growthBytes'))),
    heapPeakGrowthBytes: Math.round(Math.max(...of('conclave', 'peakGrowthBytes'))),
  };
  const rows = [
    hold('file, to hand-written', '>=', 0.9, figures.fileToHandWritten),
    hold('file, to PeerJS', '>=', 0.95, figures.fileToPeerjs),
    hold('messages, to hand-written', '>=', 0.5, figures.messagesToHandWritten),
    hold('messages, to PeerJS', '>', 1, figures.messagesToPeerjs),
    hold('heap growth over a file, bytes', '<', MAX_HEAP_GROWTH_BYTES, figures.heapGrowthBytes),
  ];
  return { figures, rows };
}

/** @param {Record<Contender, Turn[]>} turns @param {keyof Turn} key @param {string} title */
function printSpread(turns, key, title) {
  console.log(`\n${title}`);
  const line = (/** @type {Contender} */ name) => {
    const values = turns[name].map((turn) => turn[key]);
    const all = [Math.min(...values), median(values), Math.max(...values)];
    return [name, ...all.map((value) => Math.round(value)), values.length];
  };
  printTable([['', 'least', 'median', 'most', 'rounds'], ...CONTENDERS.map(line)]);
}
