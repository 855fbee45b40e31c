import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import ts from 'typescript';

import type { Snippet } from './snippets.js';

const root = join(__dirname, '../../..');

/** What a page's examples printed. */
export interface Printed {
  readonly lines: readonly string[];
  readonly complaints: string;
  readonly status: number | null;
}

/**
 * Runs the examples of a page that need no DOM as one program in Node, in the order of the page: each sees what those
 * before it have made.
 *
 * @param stage - What they take for granted, made for real.
 * @param curtain - What waits for the last of them, and ends the process.
 */
export function printedBy(snippets: readonly Snippet[], stage: string, curtain: string): Printed {
  const examples = snippets
    .filter(({ language }) => language === 'ts')
    .map(({ code }) => ts.transpile(code, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext }));
  const ran = spawnSync(process.execPath, ['--input-type=module', '-'], {
    cwd: root,
    input: [stage, ...examples, curtain].join('\n'),
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { lines: ran.stdout.trim().split('\n'), complaints: ran.stderr, status: ran.status };
}
