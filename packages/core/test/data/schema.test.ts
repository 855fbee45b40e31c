import { encodeCall } from '../../src/data/calls.js';
import { Handlers } from '../../src/data/handlers.js';
import { conform, type StandardSchema } from '../../src/data/standard-schema.js';
import { collectReports, turns } from '../support/reports.js';

const schema = <Output>(validate: (value: unknown) => unknown): StandardSchema<Output> => ({
  '~standard': { version: 1, vendor: 'a test', validate },
});
/** One text, in capitals. */
const shout = schema<[string]>((value) =>
  Array.isArray(value) && value.length === 1 && typeof value[0] === 'string'
    ? { value: [value[0].toUpperCase()] }
    : { issues: [{ message: 'one text' }] },
);

test('[C9] a handler with a schema gets what the schema makes of the arguments, and never what it refuses', () => {
  const handlers = new Handlers(() => {});
  const heard: string[] = [];
  handlers.handle('chat', (text) => heard.push(text), { schema: shout });
  expect(handlers.receive(encodeCall('chat', ['hello']), () => {})).toBe('handled');
  for (const args of [[], [1], ['a', 'b']])
    expect(handlers.receive(encodeCall('chat', args), () => {})).toBe('dropped');
  expect(heard).toEqual(['HELLO']);
  handlers.handle('chat', () => heard.push('another'));
  expect(handlers.receive(encodeCall('chat', [7]), () => {})).toBe('handled'); // by the one without
  expect(heard).toEqual(['HELLO', 'another']);
});

test.each<[string, (value: unknown) => unknown]>([
  [
    'throws',
    () => {
      throw new TypeError('a fault of the schema');
    },
  ],
  ['answers later', () => Promise.resolve({ value: [] })],
  ['says later that it refuses, with an error', () => Promise.reject(new TypeError('late'))],
  ['says nothing', () => undefined],
])('[B9] a schema that %s lets nothing through, and that is reported', async (_, validate) => {
  const reported = collectReports();
  const handlers = new Handlers(() => {});
  let called = 0;
  handlers.handle('chat', () => (called += 1), { schema: schema<[]>(validate) });
  expect(handlers.receive(encodeCall('chat', ['x']), () => {})).toBe('dropped');
  await turns();
  expect(called).toBe(0);
  expect(reported).toEqual([expect.any(TypeError)]);
});

test('[C9] a value of undefined that a schema accepts is not a refusal', () => {
  expect(
    conform(
      schema<undefined>(() => ({ value: undefined })),
      1,
    ),
  ).toEqual({ value: undefined });
  expect(
    conform(
      schema<undefined>(() => ({ issues: [] })),
      1,
    ),
  ).toBeUndefined();
});
