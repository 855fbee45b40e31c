import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const root = join(__dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const PAGE = 'docs/guide/security-model.md';
const text = read(PAGE);
const PARTIES = [
  'The rendezvous',
  'A relay',
  'A neighbour',
  'A stranger',
  'A member',
  'The thief of a token',
];
const ROWS = ['A3', 'B1', 'B2', 'B3', 'B4', 'B5', 'B6', 'B7', 'B8', 'B9'];

/** Tests as the page names them: the file in backticks, without `.test.ts`, then the title in curly quotes. */
const named = [...text.matchAll(/`((?:e2e|packages)\/[\w./-]+)` “([^”]+)”/g)].map(
  ([, file, title]) => [file, title] as [string, string],
);

/** What a test is called, with `…` for whatever stands there only when it runs. */
function titleOf(argument: ts.Expression | undefined): string | undefined {
  if (!argument) return undefined;
  if (ts.isTemplateExpression(argument))
    return [argument.head.text, ...argument.templateSpans.map(({ literal }) => literal.text)].join('…');
  return ts.isStringLiteralLike(argument)
    ? argument.text.replaceAll(/%(?:\.\d+)?[sdifjoOp#]|\$\w+/g, '…')
    : undefined;
}

/** `test` of `test(...)`, `test.each(...)(...)`, and the like. */
function nameOf(called: ts.Expression): string | undefined {
  if (ts.isIdentifier(called)) return called.text;
  if (ts.isCallExpression(called) || ts.isPropertyAccessExpression(called)) return nameOf(called.expression);
  return ts.isTaggedTemplateExpression(called) ? nameOf(called.tag) : undefined;
}

const known = new Map<string, readonly string[]>();

/** The titles of a file's tests, each alone and behind that of its `describe` block. */
function titlesIn(path: string): readonly string[] {
  const titles: string[] = [];
  const found = known.get(path);
  if (found) return found;
  known.set(path, titles);
  const visit = (node: ts.Node, around: readonly string[]): void => {
    const title = ts.isCallExpression(node) ? titleOf(node.arguments[0]) : undefined;
    const name = ts.isCallExpression(node) ? nameOf(node.expression) : undefined;
    if (title !== undefined && (name === 'test' || name === 'it'))
      titles.push(...[...new Set([title, [...around.slice(-1), title].join(' ')])]);
    const inside = title !== undefined && name === 'describe' ? [...around, title] : around;
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest), []);
  return titles;
}

/** Whether a title is the one that the page names; there, `…` stands for what is left out. */
function isCalled(title: string, quoted: string): boolean {
  const parts = quoted.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'u').test(title);
}

function sectionOf(heading: string): string {
  return text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
}

/** The cells of a section's table, without its head. */
function rowsOf(heading: string): string[][] {
  const lines = sectionOf(heading)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe(PAGE, () => {
  it.each(named)('names a test in %s that is there: %s', (file, quoted) => {
    const path = [`${file}.test.ts`, `${file}.test.tsx`].find((one) => existsSync(join(root, one)));
    expect(path).toBeDefined();
    expect(quoted.replace(/^\[\w+\] |…/g, '').length).toBeGreaterThan(12); // enough words to tell it from others
    expect(titlesIn(path ?? '').filter((title) => isCalled(title, quoted))).toHaveLength(1);
  });

  it('names no file of tests without a test in it', () => {
    const files = [...text.matchAll(/`(?:e2e\/\w+|packages\/[\w-]+\/test)\/[\w./-]+`/g)].map(
      ([file]) => file,
    );
    expect(files.filter((file) => !file.includes('.'))).toHaveLength(named.length);
  });

  it.each(ROWS)('names a test of %s', (row) => {
    expect(named.map(([, title]) => title.slice(0, row.length + 2))).toContain(`[${row}]`);
  });

  it('names error codes that there are', () => {
    const codes = [...read('packages/protocol/src/codes.ts').matchAll(/^ {2}'([\w-]+\/[\w-]+)':/gm)].map(
      ([, code]) => code ?? '',
    );
    const rooms = new Set(codes.map((code) => code.split('/')[0]));
    const said = [...text.matchAll(/`([a-z]+)\/([a-z-]+)`/g)].filter(([, first]) => rooms.has(first));
    expect(said.length).toBeGreaterThan(10);
    for (const [, first, second] of said) expect(codes).toContain(`${first}/${second}`);
  });

  it('names commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
    const commands = [...text.matchAll(/npm run ([\w:]+)(?: -- (\w+))?/g)];
    expect(commands.length).toBeGreaterThan(3);
    for (const [, script, name] of commands) {
      expect(Object.keys(scripts)).toContain(script);
      if (script === 'bench') expect(existsSync(join(root, `bench/${name}/main.mjs`))).toBe(true);
    }
  });

  it('says first what is not protected', () => {
    expect(/^## (.+)$/m.exec(text)?.[1]).toBe('What is not protected');
  });

  it.each(PARTIES.filter((party) => party !== 'A neighbour'))('has a table of what %s tries', (party) => {
    const rows = rowsOf(party);
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) {
      expect(row).toHaveLength(4);
      expect(row.filter((cell) => cell === '')).toEqual([]);
      expect(row[3]).toMatch(/” *$|^not tested$/);
    }
  });

  it('makes no table of what neighbours could do: they carry nothing yet', () => {
    expect(sectionOf('A neighbour')).not.toBe('');
    expect(rowsOf('A neighbour')).toEqual([]);
  });
});
