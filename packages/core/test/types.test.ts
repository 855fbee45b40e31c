import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const root = join(__dirname, '../../..');
const file = join(__dirname, 'fixtures/directions.ts');
const source = readFileSync(file, 'utf8');

/** The errors of the compiler in the fixture, were this its text. */
function errorsIn(text: string): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.test.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [file] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => (path === file ? text : readFile(path));
  const program = ts.createProgram([file], options, host);
  const found = program.getSemanticDiagnostics(program.getSourceFile(file));
  return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

test('[C1] an outgoing stream cannot play and an incoming one cannot publish: each attempt is a compile error', () => {
  expect(errorsIn(source)).toEqual([]);
  const attempts = source.match(/@ts-expect-error/g)!.length;
  const errors = errorsIn(source.replaceAll('@ts-expect-error', ''));
  expect(errors).toHaveLength(attempts);
  expect(errors).toContain("Property 'play' does not exist on type 'OutgoingStream'.");
  expect(errors).toContain("Property 'publish' does not exist on type 'IncomingStream'.");
}, 60_000);
