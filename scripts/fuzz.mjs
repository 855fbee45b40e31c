// @ts-check
// `npm run fuzz`: 1,000,000 hostile inputs for each of these, bounded in time and memory. A new seed each time; the unit
// suite runs the same properties on 100,000 inputs of one seed. `--only sdp,value` takes some, `--seed 7 --runs 1000`
// repeats what was found, `--jobs 2` is the number at work at a time.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { argv, env, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** @typedef {{ name: string, test: string, title: string }} Target a property: its file, and a pattern of its name */

/** The slow ones first, so that none is left alone at the end. @type {Target[]} */
const TARGETS = [
  { name: 'http', test: 'packages/rendezvous/test/fuzz.test', title: 'hostile requests' },
  { name: 'jwt', test: 'packages/rendezvous/test/fuzz.test', title: 'hostile tokens' },
  { name: 'inbox', test: 'packages/core/test/fuzz.test', title: 'doubles, drops, swaps and forges' },
  { name: 'sdp', test: 'packages/core/test/fuzz.test', title: 'spoilt description' },
  { name: 'envelope', test: 'packages/protocol/test/fuzz.test', title: 'openEnvelope answers' },
  { name: 'client-message', test: 'packages/protocol/test/fuzz.test', title: 'decodeClientMessage answers' },
  { name: 'card', test: 'packages/protocol/test/fuzz.test', title: 'openCard answers' },
  { name: 'value', test: 'packages/protocol/test/fuzz.test', title: 'decodeValue answers' },
  { name: 'value-oracle', test: 'packages/protocol/test/fuzz.test', title: 'decodeValue accepts nothing' },
  { name: 'server-message', test: 'packages/protocol/test/fuzz.test', title: 'decodeServerMessage answers' },
  { name: 'control-frame', test: 'packages/protocol/test/fuzz.test', title: 'decodeControlFrame answers' },
  { name: 'data-frame', test: 'packages/protocol/test/fuzz.test', title: 'decodeDataFrame answers' },
];
const RUNS = 1_000_000;
/** A property that keeps what it has seen runs into it long before its last input. */
const HEAP_MIB = 512;

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  args: argv.slice(2),
  options: {
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    runs: { type: 'string', default: String(RUNS) },
    jobs: { type: 'string', default: '2' },
  },
});
const only = options.only.split(',').filter((one) => one !== '');
const unknown = only.filter((one) => !TARGETS.some(({ name }) => name === one));
const [seed, runs, jobs] = [options.seed, options.runs, options.jobs].map(Number);
if (unknown.length > 0 || ![seed, runs, jobs].every(Number.isInteger)) {
  console.error(
    `--only takes ${TARGETS.map(({ name }) => name).join(',')}; --seed, --runs and --jobs whole numbers`,
  );
  exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'conclave-fuzz-'));
/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => exit(130));

/** What a process has cost so far, where the system says (Linux). @type {(pid: number | undefined) => { cpuS: number, peakMib: number }} */
function costOf(pid) {
  try {
    const [kib] = /(?<=^VmHWM:\s+)\d+/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? ['0'];
    // Fields 14 and 15 of proc(5), in hundredths of a second; the second one may have blanks in it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return { cpuS: (Number(fields[11]) + Number(fields[12])) / 100, peakMib: Number(kib) / 1024 };
  } catch {
    return { cpuS: 0, peakMib: 0 };
  }
}

/** Runs one property; says what it found. @type {(target: Target) => Promise<boolean>} */
async function run({ name, test, title }) {
  const file = join(folder, `${name}.json`);
  const jest = ['node_modules/jest/bin/jest.js', '--selectProjects', 'unit', '--runInBand'];
  const choice = ['--testNamePattern', title, '--json', '--outputFile', file, '--testPathPatterns', test];
  const startedMs = performance.now();
  const child = spawn(execPath, [`--max-old-space-size=${HEAP_MIB}`, ...jest, ...choice], {
    cwd: root,
    env: { ...env, FUZZ_RUNS: options.runs, FUZZ_SEED: options.seed, FORCE_COLOR: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.add(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (said = (said + chunk).slice(-20_000)));
  let cost = costOf(child.pid);
  const timer = setInterval(() => {
    const now = costOf(child.pid);
    if (now.cpuS > 0) cost = now;
  }, 250);
  const status = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  children.delete(child);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const passed = status === 0 && JSON.parse(readFileSync(file, 'utf8')).numPassedTests === 1;
  const figures = `${seconds} s, of CPU ${cost.cpuS.toFixed(1)} s, ${cost.peakMib.toFixed(0)} MiB`;
  console.log(`${passed ? 'holds ' : 'BROKEN'} ${name.padEnd(15)} ${figures}`);
  if (!passed) {
    console.log(
      `${said}\nrepeat: npm run fuzz -- --only ${name} --seed ${options.seed} --runs ${options.runs}`,
    );
  }
  return passed;
}

console.log(`seed ${options.seed}, ${Number(options.runs).toLocaleString('en')} inputs each`);
const left = TARGETS.filter(({ name }) => only.length === 0 || only.includes(name));
const total = left.length;
let held = 0;
async function work() {
  for (let target = left.shift(); target; target = left.shift()) if (await run(target)) held += 1;
}
await Promise.all(Array.from({ length: Math.max(1, Number(options.jobs)) }, work));
console.log(`${held} of ${total} hold`);
exit(held === total ? 0 : 1);
