// @ts-check
import { chosen } from './only.mjs';
import { whileQuiet } from './quiet.mjs';
import { median, rounded } from './report.mjs';

/**
 * Runs every contender in each round, in changing order, and answers medians: ours by a figure's name, the others' behind
 * their own (`handWritten.audioLossPct`), all behind `prefix`.
 *
 * @template {{ cpuPct: number } & Record<string, number | undefined>} T
 * @param {readonly string[]} contenders
 * @param {{ rounds: number, only: readonly string[], prefix?: string }} options
 * @param {(contender: string) => Promise<T>} run
 */
export async function takeTurns(contenders, { rounds, only, prefix = '' }, run) {
  const order = chosen(contenders, only);
  /** @type {Record<string, T[]>} */
  const runs = {};
  for (let round = 0; round < rounds; round++) {
    for (const [place] of order.entries()) {
      const contender = order[(place + round) % order.length];
      if (contender === undefined) continue;
      const result = await whileQuiet(`${prefix}${contender}`, () => run(contender));
      if (!result) continue;
      console.log(`${prefix}${contender} ${JSON.stringify(round0(result))}`);
      (runs[contender] ??= []).push(result);
    }
  }
  /** @type {Record<string, number>} */
  const figures = {};
  for (const [contender, results] of Object.entries(runs)) {
    const owner = contender === 'conclave' ? '' : `${contender}.`;
    for (const key of new Set(results.flatMap((result) => Object.keys(result)))) {
      const values = results.flatMap((result) => result[key] ?? []);
      if (values.length > 0) figures[`${prefix}${owner}${key}`] = rounded(median(values));
    }
  }
  return figures;
}

/** @param {Record<string, number | undefined>} figures */
const round0 = (figures) =>
  Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, value === undefined ? undefined : rounded(value)]),
  );
