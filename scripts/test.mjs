// @ts-check
// `npm test`: the set-up, then every suite, even after one that failed; the last line is the sum.
// `node scripts/test.mjs unit hooks -- -t C7` runs some suites and hands the rest to Jest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, '.cache/test-results');

/** Cheap first; what is built and what is driven by a browser last, one file at a time. */
const suites = [
  { name: 'unit', home: 'packages/protocol/test', needs: [], jest: [] },
  { name: 'hooks', home: 'packages/react-bindings/test', needs: [], jest: [] },
  { name: 'docs', home: 'docs/test', needs: ['build'], jest: [] },
  { name: 'lab', home: 'lab/test', needs: ['browsers', 'build'], jest: ['--runInBand'] },
  { name: 'node', home: 'e2e/node', needs: ['build'], jest: ['--runInBand'] },
  { name: 'hostile', home: 'e2e/hostile', needs: ['build'], jest: ['--runInBand'] },
  { name: 'e2e', home: 'e2e/browser', needs: ['browsers', 'build'], jest: ['--runInBand'] },
];

/** @type {Record<string, string[]>} */
const setUp = {
  browsers: ['scripts/browsers.mjs'],
  build: ['node_modules/typescript/bin/tsc', '-b'],
};

/** The longest suite takes a third of it; one that something left open keeps from ending has failed. */
const SUITE_LIMIT_MS = 30 * 60_000;

/** @param {string[]} args */
const node = (args) =>
  spawnSync(execPath, args, { cwd: root, stdio: 'inherit', timeout: SUITE_LIMIT_MS, killSignal: 'SIGKILL' })
    .status === 0;

/**
 * @param {{ name: string, jest: string[] }} suite
 * @param {string[]} options
 */
function run(suite, options) {
  const file = join(results, `${suite.name}.json`);
  const jest = ['node_modules/jest/bin/jest.js', '--selectProjects', suite.name, ...suite.jest, ...options];
  const passed = node([...jest, '--json', '--outputFile', file]);
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }; // Jest found no test, or died.
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // An open handle or a broken teardown fails a run in which every test passed.
  return {
    passed: report.numPassedTests,
    failed: passed ? failed : Math.max(1, failed),
    skipped: report.numPendingTests,
  };
}

const split = argv.indexOf('--');
const names = argv.slice(2, split === -1 ? undefined : split);
const options = split === -1 ? [] : argv.slice(split + 1);
const unknown = names.filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `no such suite: ${unknown.join(', ')}. There are ${suites.map((suite) => suite.name).join(', ')}.`,
  );
  exit(2);
}
const wanted = suites.filter((suite) => names.length === 0 || names.includes(suite.name));
// A suite whose folder has no file is not written yet; one that has files and no test fails.
const isWritten = (/** @type {{ home: string }} */ { home }) =>
  existsSync(join(root, home)) && readdirSync(join(root, home)).length > 0;
const chosen = wanted.filter(isWritten);

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const total = { passed: 0, failed: 0, skipped: 0 };
const broken = Object.keys(setUp).filter(
  (step) => chosen.some((suite) => suite.needs.includes(step)) && !node(setUp[step] ?? []),
);
const lines = chosen.map((suite) => {
  const cause = suite.needs.find((step) => broken.includes(step));
  const sum = cause ? { passed: 0, failed: 1, skipped: 0 } : run(suite, options);
  total.passed += sum.passed;
  total.failed += sum.failed;
  total.skipped += sum.skipped;
  const counts = `${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`;
  return `${suite.name.padEnd(7)} ${cause ? `not run: ${cause} failed` : counts}`;
});
lines.push(
  ...wanted
    .filter((suite) => !isWritten(suite))
    .map(({ name, home }) => `${name.padEnd(7)} not written yet: ${home}`),
);

writeFileSync(join(results, 'total.json'), JSON.stringify(total));
console.log(`\n${lines.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
