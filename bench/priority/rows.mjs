// @ts-check
import { hold } from '../support/report.mjs';

/** What is promised with a file on the uplink, and of a call that begins on a very thin one. */
const FLOODED = /** @type {const} */ ([
  ['audioLossPct', '<=', 0.1],
  ['audioConcealPct', '<=', 0.2],
  ['audioJitterBufferMs', '<=', 80],
  ['audioQueueMs', '<=', 25],
  ['videoKbpsMin', '>=', 170],
  ['videoShareOfNoFlood', '>=', 0.95],
  ['videoMaxOverMin', '<=', 1.1],
  ['chatP95Ms', '<=', 80],
  ['bulkOfOracle', '>=', 0.6],
  ['utilisation', '>=', 0.88],
]);
const COLD = /** @type {const} */ ([
  ['audioLossPct', '<=', 0.5],
  ['audioJitterBufferMs', '<=', 120],
]);
const PROMISED = {
  '1m-3-100ms': FLOODED,
  '1m-3-500ms': FLOODED,
  '200k-cold-3-100ms': COLD,
  '200k-cold-3-500ms': COLD,
};

/**
 * The rows of the scenarios that were measured; a figure that is missing is a row that is missed.
 *
 * @param {Record<string, number>} figures
 */
export function rowsOf(figures) {
  return Object.entries(PROMISED).flatMap(([scenario, promised]) =>
    Object.keys(figures).some((key) => key.startsWith(`${scenario}.`))
      ? promised.map(([figure, relation, bound]) =>
          hold(`E1 ${scenario} ${figure}`, relation, bound, figures[`${scenario}.${figure}`] ?? NaN),
        )
      : [],
  );
}
