import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const root = join(__dirname, '../..');

/** The compiler's words on a snippet, as if it stood in a module of an application that has the packages installed. */
function complaints(code: string, extension: 'ts' | 'tsx'): string[] {
  const file = join(root, `examples/snippet.${extension}`);
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) =>
    readFileSync(path, 'utf8'),
  );
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const sources = Object.fromEntries(
    ['protocol', 'core', 'mesh', 'react-bindings'].map((name) => [
      `@conclave/${name}`,
      [join(root, `packages/${name}/src/index.ts`)],
    ]),
  );
  for (const entry of ['media', 'rooms'])
    sources[`@conclave/core/${entry}`] = [join(root, `packages/core/src/${entry}/index.ts`)];
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === file ? ts.createSourceFile(name, code, version) : read(name, version);
  host.fileExists = (name) => name === file || ts.sys.fileExists(name);
  const program = ts.createProgram(
    [file],
    {
      ...options,
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      jsx: ts.JsxEmit.ReactJSX,
      module: ts.ModuleKind.Preserve,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      paths: sources,
    },
    host,
  );
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

describe.each(['README.md'])('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const snippets = [...text.matchAll(/```(tsx?)\n([\s\S]*?)```/g)].map(
    (match) => [match[1], match[2]] as ['ts' | 'tsx', string],
  );

  it('has a vanilla and a React example', () => {
    expect(snippets.map(([language]) => language)).toEqual(['ts', 'tsx']);
  });

  it.each(snippets)(
    'has an example in %s that compiles as it stands',
    (language, code) => {
      expect(complaints(code, language)).toEqual([]);
    },
    60_000,
  );

  it('names beside each figure the command that prints it', () => {
    const rows = text.split('<!-- figures -->')[1]?.split('\n\n')[1]?.split('\n').slice(2) ?? [];
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatch(/\| `npm run bench -- \w+` +\|$/);
  });
});
