// @ts-check
// Plants each violation once and fails when the gate that should catch it stays silent. The checkout is not touched:
// lint reads its plants from memory, the other tools run in a copy under the system's temporary folder.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { env, execPath, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

import { copyTree } from './copy-tree.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** @type {string[]} */
const silent = [];
let fired = 0;

/**
 * @param {boolean} caught
 * @param {string} gate
 */
function expectFired(caught, gate) {
  if (caught) fired += 1;
  else silent.push(gate);
}

const inCore = 'packages/core/src/planted.ts';
const inLogic = 'packages/core/src/logic/planted.ts';
const inTest = 'packages/core/test/planted.test.ts';
const syntax = 'no-restricted-syntax';

/** @param {number} count */
const lines = (count) => 'export const planted = [\n' + '  0,\n'.repeat(count - 2) + '];\n';

/** What lint must catch: [rule, file, text]. */
const lintPlants = /** @type {const} */ ([
  ['@typescript-eslint/no-explicit-any', inCore, 'export const planted: any = 1;'],
  [syntax, inCore, 'enum Planted { One }\nexport { Planted };'],
  [syntax, inCore, 'export default 1;'],
  [syntax, inCore, "export * from './errors.js';"],
  ['no-console', inCore, "console.log('planted');"],
  ['max-lines', inCore, lines(301)],
  ['max-lines', 'packages/core/src/connection.ts', lines(151)],
  ['max-lines', 'packages/core/src/link/peer-link.ts', lines(151)],
  [syntax, inCore, 'export const planted = new RTCPeerConnection();'],
  [syntax, inCore, 'export const planted = (rtc: Rtc) => new rtc.RTCPeerConnection();'],
  [syntax, 'packages/core/src/rendezvous/socket-door.ts', 'export const planted = new RTCPeerConnection();'],
  [syntax, inCore, "export const planted = new WebSocket('wss://example.org');"],
  [
    syntax,
    'packages/core/src/link/rtc-door.ts',
    "export const planted = new WebSocket('wss://example.org');",
  ],
  [syntax, inCore, 'export const planted = navigator.mediaDevices.getUserMedia({});'],
  [syntax, inCore, 'export const planted = navigator.mediaDevices.enumerateDevices();'],
  [syntax, inCore, 'export const planted = (sender: RTCRtpSender) => sender.replaceTrack(null);'],
  [syntax, inCore, 'export const planted = (sender: RTCRtpSender) => sender.setParameters(parameters);'],
  [syntax, inCore, 'export const planted = (pc: RTCPeerConnection) => pc.addTrack(track);'],
  [syntax, 'packages/core/src/link/rtc-door.ts', 'export const planted = (pc: Pc) => pc.addTrack(track);'],
  [syntax, inCore, "import { EventEmitter } from 'eventemitter3';\nexport { EventEmitter };"],
  [syntax, inCore, "import { Subject } from 'rxjs';\nexport { Subject };"],
  [
    syntax,
    'packages/react-bindings/src/planted.ts',
    "import { map } from 'rxjs/operators';\nexport { map };",
  ],
  [syntax, 'packages/react-bindings/src/planted.ts', "import { useSyncExternalStore } from 'react';"],
  [syntax, inLogic, 'export const planted = Date.now();'],
  [syntax, inLogic, 'export const planted = new Date();'],
  [syntax, inLogic, 'export const planted = Math.random();'],
  ['no-restricted-globals', inLogic, 'export const planted = performance.now();'],
  ['no-restricted-globals', inLogic, 'export const planted = crypto.subtle;'],
  ['no-restricted-globals', inLogic, 'setTimeout(() => undefined, 1);'],
  [syntax, inTest, "it.only('[A1] planted', () => undefined);"],
  [syntax, inTest, "describe.skip('[A1] planted', () => undefined);"],
  [
    'react-hooks/rules-of-hooks',
    'packages/react-bindings/src/planted.ts',
    'export function usePlanted(on: boolean) { if (on) useState(1); }',
  ],
]);

/** What must stay quiet: each door may do its own work. */
const lintDoors = /** @type {const} */ ([
  ['packages/core/src/link/rtc-door.ts', 'export const door = new RTCPeerConnection();'],
  ['packages/core/src/rendezvous/socket-door.ts', "export const door = new WebSocket('wss://example.org');"],
  ['packages/core/src/media/capture-door.ts', 'export const door = navigator.mediaDevices.getUserMedia({});'],
  [
    'packages/core/src/streams/sender-control.ts',
    'export const door = (s: RTCRtpSender) => s.replaceTrack(null);',
  ],
  [
    'packages/core/src/state/emitter.ts',
    "import { EventEmitter } from 'eventemitter3';\nexport { EventEmitter };",
  ],
  ['packages/mesh/src/room.ts', "import { Subject } from 'rxjs';\nexport { Subject };"],
  ['packages/rendezvous/src/cli.ts', "console.log('listening');"],
  [inCore, 'export const quiet = (mediaStream: MediaStream) => mediaStream.addTrack(track);'],
]);

async function lintGates() {
  // Without types: the planted files are in no TypeScript project.
  const untyped = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });
  /** @type {(eslint: ESLint, file: string, text: string) => Promise<(string | null)[]>} */
  const rulesFor = async (eslint, file, text) =>
    (await eslint.lintText(text, { filePath: join(root, file) })).flatMap((result) =>
      result.messages.map((message) => message.ruleId),
    );
  for (const [rule, file, text] of lintPlants) {
    expectFired(
      (await rulesFor(untyped, file, text)).includes(rule),
      `lint ${rule} in ${file}: ${text.slice(0, 60)}`,
    );
  }
  for (const [file, text] of lintDoors) {
    const rules = await rulesFor(untyped, file, text);
    const shut = rules.includes(syntax) || rules.includes('no-console');
    expectFired(!shut, `lint lets ${file} be the door that it is`);
  }
  // With CI set, typescript-eslint reads each file once, from the disk, and would not see what is planted.
  env['TSESTREE_SINGLE_RUN'] = 'false';
  const typed = new ESLint({ cwd: root });
  const floating = 'Promise.resolve(1);\n';
  for (const file of ['packages/protocol/src/index.ts', 'scripts/browsers.mjs']) {
    const rules = await rulesFor(typed, file, floating);
    expectFired(
      rules.includes('@typescript-eslint/no-floating-promises'),
      `lint no-floating-promises in ${file}`,
    );
  }
}

/** Files of the copy: a plant each, named by what it breaks. */
const planted = {
  'packages/core/src/planted/cycle-a.ts':
    "import { b } from './cycle-b.js';\nexport const a = (): unknown => b;",
  'packages/core/src/planted/cycle-b.ts':
    "import { a } from './cycle-a.js';\nexport const b = (): unknown => a;",
  'packages/core/src/planted/reach.ts': "export { inner } from '../../../protocol/src/planted/inner.js';",
  'packages/core/src/planted/relative.ts': "import '../../../protocol/src/index.js';",
  'packages/core/src/planted/node.ts': "import 'node:fs';",
  'packages/core/src/planted/rxjs.ts': "import 'rxjs';",
  'packages/core/src/planted/unresolved.ts': "import './nowhere.js';",
  'packages/core/src/planted/shell.ts': 'export const shell = 1;',
  'packages/core/src/planted/orphan.ts': 'export const orphan = 1;',
  'packages/core/src/planted/fake.ts': "export { fake } from '../testing/planted.js';",
  'packages/core/src/planted/tests.ts': "export { helper } from '../../test/planted.js';",
  'packages/core/src/planted/scripts.ts': "import '../../../../scripts/browsers.mjs';",
  'packages/core/src/planted/undeclared.ts': "import 'react';",
  'packages/core/src/planted/arrow.ts': "import '@conclave/mesh';",
  'packages/core/src/testing/planted.ts': 'export const fake = 1;',
  'packages/core/test/planted.ts': 'export const helper = 1;',
  'packages/core/src/logic/planted.ts':
    "import '../planted/shell.js';\nexport const title = document.title;\nexport const at = setTimeout;",
  'packages/protocol/src/planted/inner.ts': 'export const inner = 1;',
  'packages/protocol/src/planted/arrow.ts': "import '@conclave/core';",
  'packages/protocol/src/planted/used.ts':
    'export const plantedUndocumented = 1;\nexport const plantedUnusedExport = 2;',
  'packages/core/src/planted/undocumented.ts':
    '/** An interface. */\nexport interface PlantedInterface {\n  field: number;\n}',
  'packages/mesh/src/planted/arrow.ts': "import '@conclave/react-bindings';",
  'packages/react-bindings/src/planted/arrow.ts': "import '@conclave/rendezvous';",
  'packages/rendezvous/src/planted/arrow.ts': "import '@conclave/core';",
  'e2e/planted.ts': "export { inner } from '../packages/protocol/src/planted/inner.js';",
};

/** @param {string} tree */
function plant(tree) {
  for (const [file, text] of Object.entries(planted)) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text + '\n');
  }
  // A copy of a tree that is still being written may lack an entry point.
  const names = readdirSync(join(tree, 'packages'));
  for (const entry of [...names.map((name) => `${name}/src`), 'core/src/testing']) {
    const index = join(tree, 'packages', entry, 'index.ts');
    if (!existsSync(index)) writeFileSync(index, 'export {};\n');
  }
  const append = (/** @type {string} */ file, /** @type {string} */ line) =>
    writeFileSync(join(tree, file), `${readFileSync(join(tree, file), 'utf8')}\n${line}\n`);
  append('packages/protocol/src/index.ts', "export { plantedUndocumented } from './planted/used.js';");
  append('packages/core/src/index.ts', "export type { PlantedInterface } from './planted/undocumented.js';");
  const manifest = join(tree, 'packages/protocol/package.json');
  const content = JSON.parse(readFileSync(manifest, 'utf8'));
  content.dependencies['planted-dependency'] = '1.0.0';
  writeFileSync(manifest, JSON.stringify(content, null, 2));
}

/**
 * @param {string} tree
 * @param {string[]} command
 * @returns {Promise<{ status: number | null, output: string }>}
 */
function inTree(tree, [script = '', ...args]) {
  return new Promise((resolve) => {
    const child = spawn(execPath, [join(root, 'node_modules', script), ...args], { cwd: tree });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (status) => resolve({ status, output }));
  });
}

/**
 * @param {string} tree
 * @param {string} name
 * @param {string[]} command
 * @param {(string | RegExp)[]} signs what the tool's output must contain, a plant each
 */
async function toolGate(tree, name, command, signs) {
  const { status, output } = await inTree(tree, command);
  const before = silent.length;
  for (const sign of signs) {
    const seen = typeof sign === 'string' ? output.includes(sign) : sign.test(output);
    expectFired(status !== 0 && seen, `${name}: ${sign}`);
  }
  if (silent.length > before) console.log(`--- ${name} (exit code ${status})\n${output}`);
}

/** @type {(rule: string, file: string) => RegExp} */
const arrow = (rule, file) => new RegExp(`error ${rule}: ${file.replaceAll('.', '[.]')}`);

/** @param {string} tree */
async function treeGates(tree) {
  plant(tree);
  const core = 'packages/core/src/planted';
  await Promise.all([
    toolGate(
      tree,
      'tsc',
      ['typescript/bin/tsc', '-p', 'packages/core/src/logic', '--noEmit', '--pretty', 'false'],
      [
        /logic\/planted\.ts.*Cannot find name 'document'/,
        /logic\/planted\.ts.*Cannot find name 'setTimeout'/,
      ],
    ),
    toolGate(
      tree,
      'arrows',
      ['dependency-cruiser/bin/dependency-cruise.mjs', 'packages', 'e2e', 'scripts'],
      [
        arrow('no-cycle', `${core}/cycle-a.ts`),
        arrow('no-reach-into-another-package', `${core}/reach.ts`),
        arrow('no-relative-path-to-another-package', `${core}/relative.ts`),
        arrow('node-only-in-rendezvous', `${core}/node.ts`),
        arrow('rxjs-only-in-mesh', `${core}/rxjs.ts`),
        arrow('resolvable', `${core}/unresolved.ts`),
        arrow('no-orphan', `${core}/orphan.ts`),
        arrow('testing-is-not-production', `${core}/fake.ts`),
        arrow('source-does-not-import-tests', `${core}/tests.ts`),
        arrow('packages-stand-alone', `${core}/scripts.ts`),
        arrow('no-undeclared-dependency', `${core}/undeclared.ts`),
        arrow('logic-is-pure', 'packages/core/src/logic/planted.ts'),
        arrow('public-entry-points-only', 'e2e/planted.ts'),
        arrow('arrow-protocol', 'packages/protocol/src/planted/arrow.ts'),
        arrow('arrow-core', `${core}/arrow.ts`),
        arrow('arrow-mesh', 'packages/mesh/src/planted/arrow.ts'),
        arrow('arrow-react-bindings', 'packages/react-bindings/src/planted/arrow.ts'),
        arrow('arrow-rendezvous', 'packages/rendezvous/src/planted/arrow.ts'),
      ],
    ),
    toolGate(
      tree,
      'knip',
      ['knip/bin/knip.js', '--no-progress'],
      ['packages/core/src/planted/cycle-a.ts', 'plantedUnusedExport', 'planted-dependency'],
    ),
    toolGate(
      tree,
      'docs',
      ['typedoc/bin/typedoc', '--emit', 'none'],
      [/plantedUndocumented.*documentation/, /PlantedInterface.field.*documentation/],
    ),
  ]);
}

const tree = copyTree('gates');
try {
  await Promise.all([lintGates(), treeGates(tree)]);
} finally {
  rmSync(tree, { recursive: true, force: true });
}
for (const gate of silent) console.error(`silent: ${gate}`);
console.log(`${fired} of ${fired + silent.length} gates fire`);
exit(silent.length === 0 ? 0 : 1);
