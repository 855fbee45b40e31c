// @ts-check
import { CONTENDERS, PAGE } from '../support/contenders.mjs';
import { openInternet } from '../support/internet.mjs';
import { hold } from '../support/report.mjs';
import { takeTurns } from '../support/rounds.mjs';
import { figuresOf } from './figures.mjs';
import { HIGH_BPS, QUEUE_BYTES, runSteps } from './stepped-call.mjs';

const ROUNDS = 3;

/** @param {{ rounds: number | undefined, only: readonly string[] }} options */
export async function measure({ rounds = ROUNDS, only }) {
  const up = { rateBps: HIGH_BPS, queueBytes: QUEUE_BYTES };
  const internet = await openInternet({ alice: { up }, others: {} }, PAGE);
  try {
    const figures = await takeTurns(Object.keys(CONTENDERS), { rounds, only }, async (name) => {
      const contender = CONTENDERS[name];
      if (!contender) throw new Error(`nobody is called ${name}`);
      return figuresOf(await runSteps(internet, contender));
    });
    const rows = /** @type {const} */ ([
      ['audioDropped', '<=', 0],
      ['queueMs', '<=', 40],
      ['utilisation', '>=', 0.85],
      ['cleanAfterHalvingMs', '<=', 4_000],
      ['videoAfterDoublingMs', '<=', 15_000],
      ['estimateErrorPct', '<=', 15],
    ]).map(([name, relation, bound]) => hold(`E3 ${name}`, relation, bound, figures[name] ?? NaN));
    return { figures, rows, ...(internet.version !== undefined && { browser: internet.version }) };
  } finally {
    await internet.close();
  }
}
