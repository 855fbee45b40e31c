// Probe: does "answer first, attach later" hold in Chromium, Firefox and @roamhq/wrtc?
//
//   node e2e/probe/run-probe.mjs [engine ...]     engines: chromium firefox wrtc; all, and the crossings, if none is named
//
// Prints one markdown table per check; a cell that disagrees with expectation.mjs is bold, and then the exit code is 1.
// CHROME_PATH and FIREFOX_PATH name the browsers. Everything runs on loopback; nothing is fetched.
import * as engines from './engine.mjs';
import { answerFirst } from './attach.mjs';
import { agrees, EXPECTATIONS } from './expectation.mjs';

const CHECKS = ['glare', 'lines', 'certificate', 'encoding', 'habits'];
const CROSSINGS = [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
  ['chromium', 'wrtc'],
  ['firefox', 'wrtc'],
];

const named = process.argv.slice(2);
const names = named.length > 0 ? named : ['chromium', 'firefox', 'wrtc'];
let disagreements = 0;

const attempt = (call) =>
  call().catch((error) => ({ failed: String(error.message ?? error).split('\n')[0] }));

/** `columns`: [title, engine whose expectations count, facts] */
function print(check, title, columns) {
  const missing = (facts) => Object.keys(EXPECTATIONS[check] ?? {}).filter((fact) => !(fact in facts));
  const rows = [...new Set(columns.flatMap(([, , facts]) => [...Object.keys(facts), ...missing(facts)]))];
  console.log(`\n### ${title}\n\n| fact | ${columns.map(([name]) => name).join(' | ')} |`);
  console.log(`| --- | ${columns.map(() => '---').join(' | ')} |`);
  for (const fact of rows) {
    const cells = columns.map(([, engine, facts]) => {
      const text = String(facts[fact] ?? '')
        .replaceAll('|', '/')
        .slice(0, 160);
      const good = fact === 'failed' ? facts.failed === undefined : agrees(check, fact, engine, facts[fact]);
      if (good !== false) return text;
      disagreements += 1;
      return `**${text || 'nothing'}**`;
    });
    console.log(`| ${fact} | ${cells.join(' | ')} |`);
  }
}

const pages = await engines.servePages();
const running = new Map();
try {
  for (const name of names) running.set(name, await engines[name](pages.url));
  console.log([...running.values()].map(({ name, version }) => `- ${name}: ${version}`).join('\n'));
  const overAll = async (call) => {
    const columns = [];
    for (const engine of running.values())
      columns.push([engine.name, engine.name, await attempt(() => call(engine))]);
    return columns;
  };
  print('attach', 'Answer first, attach later', await overAll((engine) => answerFirst(engine, engine)));
  const crossings = [];
  for (const [near, far] of CROSSINGS.filter((pair) => pair.every((name) => running.has(name))))
    crossings.push([
      `${near} to ${far}`,
      near,
      await attempt(() => answerFirst(running.get(near), running.get(far))),
    ]);
  if (crossings.length > 0) print('attach', 'The same between two engines', crossings);
  for (const check of CHECKS) print(check, check, await overAll((engine) => engine.check(check)));
} finally {
  for (const engine of running.values()) await engine.close();
  pages.close();
}
console.log(
  disagreements === 0
    ? '\nEvery engine agrees with the design.'
    : `\n${disagreements} facts disagree with the design.`,
);
process.exitCode = disagreements === 0 ? 0 : 1;
