import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { complaints, snippetsOf } from './support/snippets.js';

const root = join(__dirname, '../..');

describe.each(['README.md'])('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const snippets = snippetsOf(page);

  it('has a vanilla and a React example', () => {
    expect(snippets.map(({ language }) => language)).toEqual(['ts', 'tsx']);
  });

  it.each(snippets)(
    'has an example in $language that compiles as it stands',
    (snippet) => {
      expect(complaints([snippet])).toEqual([[]]);
    },
    60_000,
  );

  it('names beside each figure the command that prints it', () => {
    const rows = text.split('<!-- figures -->')[1]?.split('\n\n')[1]?.split('\n').slice(2) ?? [];
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatch(/\| `npm run bench -- [\w-]+` +\|$/);
  });
});
