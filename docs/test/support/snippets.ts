import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const root = join(__dirname, '../../..');

/** An example of a page, as it stands there. */
export interface Snippet {
  readonly language: 'ts' | 'tsx';
  readonly code: string;
}

/** The examples of a page, in its order. */
export function snippetsOf(page: string): readonly Snippet[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)].map(([, language, code]) => ({
    language: language as 'ts' | 'tsx',
    code: code ?? '',
  }));
}

/** The entries of core besides the main one. */
const ENTRIES = ['files', 'known-peers', 'media', 'rooms'];

/**
 * The compiler's words on each snippet, as if each stood in a module of an application that has the packages installed.
 *
 * @param given - A module whose global declarations the snippets take for granted.
 */
export function complaints(snippets: readonly Snippet[], given = ''): readonly (readonly string[])[] {
  const texts = new Map([[join(root, 'examples/given.ts'), given]]);
  const files = snippets.map(({ language, code }, at) => {
    const file = join(root, `examples/snippet-${at}.${language}`);
    texts.set(file, `${code}\nexport {};\n`); // a module, also where it imports nothing
    return file;
  });
  const program = ts.createProgram([...texts.keys()], options(), hostOf(texts));
  return files.map((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
    );
  });
}

function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) =>
    readFileSync(path, 'utf8'),
  );
  const paths = Object.fromEntries([
    ...['protocol', 'core', 'mesh', 'react-bindings'].map((name) => [
      `@conclave/${name}`,
      [join(root, `packages/${name}/src/index.ts`)],
    ]),
    ...ENTRIES.map((entry) => [
      `@conclave/core/${entry}`,
      [join(root, `packages/core/src/${entry}/index.ts`)],
    ]),
  ]) as Record<string, string[]>;
  return {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    jsx: ts.JsxEmit.ReactJSX,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    paths,
  };
}

function hostOf(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(options());
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    const text = texts.get(name);
    return text === undefined ? read(name, version) : ts.createSourceFile(name, text, version);
  };
  host.fileExists = (name) => texts.has(name) || ts.sys.fileExists(name);
  return host;
}
