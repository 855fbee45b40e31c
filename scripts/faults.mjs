// @ts-check
// `npm run faults`: plants each fault of e2e/faults.json once, in a copy of the checkout, and fails where the tests of its
// row stay green. `--only B4,17` takes some rows or numbers, `--jobs 2` is the number of copies at work at a time,
// `--no-baseline` leaves out the run that shows the same tests green without a fault.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process, { argv, env, execPath, exit, kill } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';

import { copyTree } from './copy-tree.mjs';

/**
 * @typedef {object} Fault
 * @property {string} row the capability that it takes away
 * @property {string} what what is broken, in a sentence
 * @property {string} file a source file
 * @property {string} find text of it that occurs once
 * @property {string} replace what stands there instead
 * @property {string} suite a project of jest.config.js
 * @property {string} test pattern of the test files that must see it
 * @property {string} [name] pattern of the names of their tests; default: those of its row
 */
/** @typedef {{ title: string, status: string, message: string, path: string }} Test */
/** @typedef {{ tests: Test[], broken: string[] }} Report what ran, and the files that did not start */
/** @typedef {{ suite: string, tests: string[], names: string[] }} Run */

const root = fileURLToPath(new URL('..', import.meta.url));
/** A fault may leave a test waiting for what never comes; every wait in the tests is shorter than this. */
const RUN_LIMIT_MS = 120_000;
/** What must not break unseen. */
const SECURITY_ROWS = ['A3', 'B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8', 'B9'];
/** The slow ones first, so that no job is left alone with one at the end. */
const SUITES = ['e2e', 'hostile', 'node', 'hooks', 'unit'];

const { values: options } = parseArgs({
  args: argv.slice(2),
  options: {
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    baseline: { type: 'boolean', default: true },
  },
  allowNegative: true,
});

/** @type {Fault[]} */
const all = JSON.parse(readFileSync(join(root, 'e2e/faults.json'), 'utf8'));
const only = options.only.split(',').filter((one) => one !== '');
const faults = all
  .map((fault, index) => ({ ...fault, number: index + 1 }))
  .filter(({ row, number }) => only.length === 0 || only.includes(row) || only.includes(String(number)))
  .sort((a, b) => SUITES.indexOf(a.suite) - SUITES.indexOf(b.suite));
/** @typedef {(typeof faults)[number]} NumberedFault */

/** @type {Set<string>} */
const trees = new Set();
/** @type {Set<number>} */
const groups = new Set();
const cleanUp = () => {
  for (const group of groups) endGroup(group);
  for (const tree of trees) rmSync(tree, { recursive: true, force: true });
};
process.on('exit', cleanUp);
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => exit(130));

/** Ends a test run with all that it has started. @param {number} group */
function endGroup(group) {
  groups.delete(group);
  try {
    kill(-group, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}

/** @type {(file: string) => string} */
const builtAs = (file) => file.replace('/src/', '/dist/').replace(/[.]tsx?$/, '.js');

/** Compiles one file as `tsc -b` would, without looking at types. @type {(file: string, text: string) => ts.TranspileOutput} */
const compile = (file, text) =>
  ts.transpileModule(text, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      jsx: ts.JsxEmit.ReactJSX,
      verbatimModuleSyntax: true,
    },
  });

/** @type {(tree: string, file: string, text: string) => void} */
function build(tree, file, text) {
  const built = join(tree, builtAs(file));
  mkdirSync(dirname(built), { recursive: true });
  writeFileSync(built, compile(file, text).outputText);
}

/** A copy with every package built from its sources as they are in it. */
function newTree() {
  const tree = copyTree('faults');
  trees.add(tree);
  for (const name of readdirSync(join(tree, 'packages'))) {
    const home = join('packages', name, 'src');
    for (const path of /** @type {string[]} */ (readdirSync(join(tree, home), { recursive: true }))) {
      const file = join(home, path);
      if (/[.]tsx?$/.test(file)) build(tree, file, readFileSync(join(tree, file), 'utf8'));
    }
  }
  return tree;
}

/** What is wrong with a fault itself. @type {(tree: string, fault: Fault) => string | undefined} */
function flawOf(tree, { file, find, replace, suite }) {
  if (!SUITES.includes(suite)) return `there is no suite ${suite}`;
  let text;
  try {
    text = readFileSync(join(tree, file), 'utf8');
  } catch {
    return `${file} is not there`;
  }
  const times = text.split(find).length - 1;
  if (times !== 1) return `its text occurs ${times} times in ${file}: ${JSON.stringify(find)}`;
  if (find === replace) return 'it changes nothing';
  const [error] =
    compile(
      file,
      text.replace(find, () => replace),
    ).diagnostics ?? [];
  return (
    error && `${file} cannot be compiled with it: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`
  );
}

/** Runs tests in a copy. @type {(tree: string, run: Run) => Promise<Report>} */
async function runTests(tree, { suite, tests, names }) {
  const file = join(tree, 'report.json');
  rmSync(file, { force: true });
  const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--selectProjects', suite, '--runInBand'];
  // What a fault leaves open is not the test's affair.
  const manner = ['--forceExit', '--cacheDirectory', join(tree, '.jest'), '--json', '--outputFile', file];
  const choice = ['--testNamePattern', names.join('|')];
  const child = spawn(execPath, [...jest, ...manner, ...choice, '--testPathPatterns', ...tests], {
    cwd: tree,
    detached: true,
    env: { ...env, CI: 'true', FORCE_COLOR: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const group = child.pid ?? 0;
  groups.add(group);
  const timer = setTimeout(() => endGroup(group), RUN_LIMIT_MS);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => (said = (said + chunk).slice(-4_000)));
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  endGroup(group);
  let results;
  try {
    results = JSON.parse(readFileSync(file, 'utf8')).testResults;
  } catch {
    return { tests: [], broken: [`no report, after at most ${RUN_LIMIT_MS / 1_000} s:\n${said}`] };
  }
  /** @type {Report} */
  const report = { tests: [], broken: [] };
  for (const { name: path, assertionResults, message } of results) {
    if (assertionResults.length === 0) report.broken.push(message);
    for (const { fullName, status, failureMessages } of assertionResults)
      report.tests.push({ title: fullName, status, message: failureMessages.join('\n'), path });
  }
  return report;
}

/** @type {(fault: Fault) => string} */
const nameOf = ({ row, name }) => name ?? `\\[${row}\\]`;

/** The tests of a report that a fault names: of its row, in its files. @type {(report: Report, fault: Fault) => Test[]} */
const testsOf = ({ tests }, fault) =>
  tests.filter(
    ({ title, status, path }) =>
      ['passed', 'failed'].includes(status) &&
      title.includes(`[${fault.row}]`) &&
      new RegExp(fault.test).test(path) &&
      new RegExp(nameOf(fault)).test(title),
  );

/** A name that nothing has, or a text that is no program, breaks a test without showing anything. */
const showsSomething = (/** @type {Test} */ { status, message }) =>
  status === 'failed' && !/\b(ReferenceError|SyntaxError)\b/.test(message);

/** Shows that the tests of suites are green without a fault; answers what is wrong. @type {(tree: string, suites: string[]) => Promise<string[]>} */
async function baseline(tree, suites) {
  const flaws = [];
  for (let suite = suites.shift(); suite; suite = suites.shift()) {
    const here = faults.filter((fault) => fault.suite === suite);
    const tests = [...new Set(here.map(({ test }) => test))];
    const report = await runTests(tree, { suite, tests, names: [...new Set(here.map(nameOf))] });
    for (const message of report.broken) flaws.push(`does not start: ${message}`);
    for (const fault of here) {
      const named = testsOf(report, fault);
      const red = named.filter(({ status }) => status === 'failed');
      if (named.length === 0) flaws.push(`${labelOf(fault)}: no test of its row in ${fault.test} ran`);
      for (const { title, message } of red) flaws.push(`red without a fault: ${title}\n${message}`);
    }
  }
  return [...new Set(flaws)];
}

/** @type {(fault: NumberedFault) => string} */
const labelOf = ({ number, row, what }) => `${String(number).padStart(3)} [${row}] ${what}`;

/** Whether the tests of a fault see it. @type {(tree: string, fault: NumberedFault) => Promise<boolean>} */
async function isFound(tree, fault) {
  const { file, find, replace, suite, test } = fault;
  const path = join(tree, file);
  const text = readFileSync(path, 'utf8');
  const faulty = text.replace(find, () => replace);
  const startedMs = performance.now();
  writeFileSync(path, faulty);
  build(tree, file, faulty);
  let report = await runTests(tree, { suite, tests: [test], names: [nameOf(fault)] });
  const isRed = () => testsOf(report, fault).some(showsSomething);
  // Processes and networks fail by themselves now and then: with those, once is no proof.
  if (suite !== 'unit' && isRed())
    report = await runTests(tree, { suite, tests: [test], names: [nameOf(fault)] });
  writeFileSync(path, text);
  build(tree, file, text);
  const named = testsOf(report, fault);
  const found = isRed();
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  console.log(`${found ? 'found' : 'GREEN'} ${labelOf(fault)} (${seconds} s)`);
  if (!found)
    for (const message of [...report.broken, ...named.map((one) => one.message)]) console.log(message);
  return found;
}

/** Does one thing after the other until none is left. @type {(tree: string, left: NumberedFault[], missed: NumberedFault[]) => Promise<void>} */
async function work(tree, left, missed) {
  for (let fault = left.shift(); fault; fault = left.shift()) {
    if (!(await isFound(tree, fault))) missed.push(fault);
  }
}

const bare = SECURITY_ROWS.filter((row) => !all.some((fault) => fault.row === row));
if (bare.length > 0 || faults.length === 0) {
  console.error(bare.length > 0 ? `no fault takes away ${bare.join(', ')}` : `no fault is ${options.only}`);
  exit(2);
}
const jobs = Math.max(1, Math.min(faults.length, Number(options.jobs) || 1));
const first = newTree();
const flawed = faults.flatMap((fault) => {
  const flaw = flawOf(first, fault);
  return flaw ? [`${labelOf(fault)}: ${flaw}`] : [];
});
const stopAt = (/** @type {string[]} */ flaws) => {
  for (const flaw of flaws) console.error(flaw);
  if (flaws.length > 0) exit(2);
};
stopAt(flawed);
const copies = [first, ...Array.from({ length: jobs - 1 }, newTree)];
const suites = SUITES.filter((suite) => options.baseline && faults.some((fault) => fault.suite === suite));
stopAt((await Promise.all(copies.map((tree) => baseline(tree, suites)))).flat());

/** @type {NumberedFault[]} */
const missed = [];
const left = [...faults];
await Promise.all(copies.map((tree) => work(tree, left, missed)));
for (const fault of missed)
  console.error(`stays green: ${labelOf(fault)} in ${fault.file}, seen by ${fault.test}`);
console.log(`${faults.length - missed.length} of ${faults.length} faults found`);
exit(missed.length === 0 ? 0 : 1);
