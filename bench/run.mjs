// @ts-check
// `npm run bench -- <name> [--json <file>] [--rounds <number>] [--short] [--gib] [--only <names>]`: builds what
// the benchmark needs, measures, prints a table, and fails where a row's figure is missed. Without a name it lists them.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { describeMachine, watchMachine } from './support/machine.mjs';
import { printReport } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const names = readdirSync(new URL('.', import.meta.url)).filter((folder) =>
  existsSync(new URL(`./${folder}/main.mjs`, import.meta.url)),
);

/**
 * @param {string} name
 * @returns {Promise<import('./support/report.mjs').Benchmark>}
 */
const load = async (name) => (await import(`./${name}/main.mjs`)).benchmark;

/**
 * @param {string} problem
 * @returns {never}
 */
function refuse(problem) {
  console.error(`${problem} See: npm run bench`);
  exit(2);
}

async function list() {
  console.log(
    'npm run bench -- <name> [--json <file>] [--rounds <number>] [--short] [--gib] [--only <names>]\n',
  );
  for (const name of names) console.log(`  ${name.padEnd(10)} ${(await load(name)).about}`);
}

function readArguments() {
  try {
    const options = /** @type {const} */ ({
      json: { type: 'string' },
      rounds: { type: 'string' },
      short: { type: 'boolean' },
      gib: { type: 'boolean' },
      only: { type: 'string' },
    });
    return parseArgs({ args: argv.slice(2), options, allowPositionals: true });
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : error}.`);
  }
}

/** @param {readonly string[]} packages */
function build(packages) {
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  const folders = packages.map((name) => (name === 'lab' ? name : `packages/${name}`));
  const built = spawnSync(execPath, [tsc, '-b', ...folders], { cwd: root, stdio: 'inherit' }).status === 0;
  if (!built) throw new Error(`${folders.join(', ')} cannot be built, and benchmarks measure what is built`);
}

async function main() {
  const { values, positionals } = readArguments();
  const [name, ...others] = positionals;
  if (name === undefined) return list();
  if (!names.includes(name)) refuse(`There is no benchmark "${name}"; there are ${names.join(', ')}.`);
  if (others.length > 0) refuse('One benchmark at a time: they would disturb each other.');
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    refuse('--rounds is a whole number above 0.');
  const { packages, measure } = await load(name);
  build(packages);
  const watch = watchMachine();
  const { figures, rows, browser } = await measure({
    rounds,
    short: values.short ?? false,
    gib: values.gib ?? false,
    only: values.only?.split(',') ?? [],
  });
  const machine = { ...describeMachine(browser), busyElsewherePercent: watch.stop() };
  const report = { name, machine, figures, rows };
  printReport(report);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  exit(rows.every(({ met }) => met) ? 0 : 1);
}

await main();
