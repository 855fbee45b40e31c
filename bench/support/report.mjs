// @ts-check
/**
 * A figure held against a row of the capabilities that are promised.
 *
 * @typedef {{ row: string, goal: string, measured: number, met: boolean }} Row
 */
/**
 * What a benchmark hands back; `browser` is the version of the one that it drove.
 *
 * @typedef {{ figures: Record<string, number>, rows: Row[], browser?: string }} Measured
 */
/**
 * `packages` are built before `measure` is called; without `rounds` a benchmark takes its own number of them;
 * `short` asks for a look instead of a measurement, where one takes long; `gib` for a gibibyte instead of the usual load;
 * `only` names the scenarios and contenders to be measured, where there are some: all where it names none of a kind.
 *
 * @typedef {object} Benchmark
 * @property {string} about
 * @property {readonly string[]} packages
 * @property {(options: { rounds: number | undefined, short: boolean, gib: boolean, only: readonly string[] }) => Promise<Measured>} measure
 */
/** @typedef {{ name: string, machine: Record<string, unknown>, figures: Record<string, number>, rows: Row[] }} Report */

/** Above this share of other programs' work, times say more about them than about us. */
const TOO_BUSY_PERCENT = 70;

const relations = /** @type {const} */ ({
  '<': (/** @type {number} */ a, /** @type {number} */ b) => a < b,
  '<=': (/** @type {number} */ a, /** @type {number} */ b) => a <= b,
  '>': (/** @type {number} */ a, /** @type {number} */ b) => a > b,
  '>=': (/** @type {number} */ a, /** @type {number} */ b) => a >= b,
});

/**
 * @param {string} row
 * @param {keyof typeof relations} relation
 * @param {number} bound
 * @param {number} measured
 * @returns {Row}
 */
export function hold(row, relation, bound, measured) {
  return { row, goal: `${relation} ${bound}`, measured, met: relations[relation](measured, bound) };
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - (sorted.length % 2 === 0 ? 1 : 0)], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('no values');
  return (low + high) / 2;
}

/**
 * A figure with as many digits as mean something.
 *
 * @param {number} value
 */
export const rounded = (value) =>
  Math.abs(value) < 10 ? Number(value.toFixed(3)) : Math.round(value * 10) / 10;

/** @param {readonly (readonly (string | number)[])[]} lines */
export function printTable(lines) {
  const cells = lines.map((line) => line.map(String));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => (line[column] ?? '').length)),
  );
  for (const line of cells)
    console.log(`  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** @param {Report} report */
export function printReport({ name, machine, figures, rows }) {
  console.log(`\n${name}: figures`);
  printTable(Object.entries(figures));
  console.log(`\n${name}: rows`);
  const verdict = (/** @type {Row} */ { row, goal, measured, met }) => [
    row,
    goal,
    measured,
    met ? 'met' : 'MISSED',
  ];
  printTable([['row', 'goal', 'measured', ''], ...rows.map(verdict)]);
  console.log(
    `\n${Object.values(machine)
      .filter((fact) => typeof fact === 'string')
      .join(', ')}`,
  );
  const busy = machine['busyElsewherePercent'];
  if (typeof busy !== 'number') console.log('Nobody can tell how busy other programs kept this machine.');
  else console.log(`Other programs kept this machine ${busy} % busy.`);
  if (typeof busy === 'number' && busy > TOO_BUSY_PERCENT)
    console.log('TOO BUSY: take these times for nothing, and measure again when it is quiet.');
}
