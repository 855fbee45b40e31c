import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

const root = join(__dirname, '../../..');
const fileOf = (name: string) => join(__dirname, 'fixtures', name);
const fixtures = ['directions.ts', 'typed-handlers.ts'].map(fileOf);

/** The errors of the compiler in each fixture, were this made of its text. */
function compile(change: (text: string) => string): (name: string) => string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.test.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: fixtures },
    ts.sys,
    root,
  );
  const host = ts.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => (fixtures.includes(path) ? change(readFileSync(path, 'utf8')) : readFile(path));
  const program = ts.createProgram(fixtures, options, host);
  return (name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(fileOf(name)))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

let errorsIn: (name: string) => string[];
let errorsWithoutLeave: (name: string) => string[];
beforeAll(() => {
  errorsIn = compile((text) => text);
  errorsWithoutLeave = compile((text) => text.replaceAll('@ts-expect-error', ''));
}, 120_000);

const attemptsIn = (name: string) => readFileSync(fileOf(name), 'utf8').match(/@ts-expect-error/g)!.length;

test('[C1] an outgoing stream cannot play and an incoming one cannot publish: each attempt is a compile error', () => {
  expect(errorsIn('directions.ts')).toEqual([]);
  const errors = errorsWithoutLeave('directions.ts');
  expect(errors).toHaveLength(attemptsIn('directions.ts'));
  expect(errors).toContain("Property 'play' does not exist on type 'OutgoingStream'.");
  expect(errors).toContain("Property 'publish' does not exist on type 'IncomingStream'.");
}, 60_000);

test('[C9] a handler with a schema has the arguments that the schema makes; without one they are values', () => {
  expect(errorsIn('typed-handlers.ts')).toEqual([]);
  expect(errorsWithoutLeave('typed-handlers.ts')).toHaveLength(attemptsIn('typed-handlers.ts'));
}, 60_000);
