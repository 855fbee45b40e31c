import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const faults = JSON.parse(readFileSync(join(root, 'e2e/faults.json'), 'utf8')) as {
  readonly what: string;
  readonly file: string;
  readonly find: string;
}[];

it.each(faults)('e2e/faults.json can still break it: $what', ({ file, find }) => {
  expect(readFileSync(join(root, file), 'utf8').split(find)).toHaveLength(2);
});
