import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

describe('ARCHITECTURE.md', () => {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const named = [
    ...new Set(
      [...text.matchAll(/`((?:packages|examples|e2e|bench|lab)[\w./-]*)`/g)].map((match) => match[1] ?? ''),
    ),
  ];

  it.each(named)('names %s, which exists', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  it.each(['The way of a track', 'The way of a message', 'The way of a bit of the uplink'])(
    'lists at least eight files under "%s"',
    (heading) => {
      const section = text.split(`## ${heading}`)[1]?.split('\n## ')[0] ?? '';
      expect(section.match(/`packages\/[\w./-]+\.ts`/g)?.length).toBeGreaterThanOrEqual(8);
    },
  );
});

describe('docs/adr', () => {
  const records = readdirSync(join(root, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));

  it.each(records)('has %s in its index, by its title', (name) => {
    const title = /^# (.+)$/m.exec(readFileSync(join(root, 'docs/adr', name), 'utf8'))?.[1] ?? 'no title';
    expect(readFileSync(join(root, 'docs/adr/README.md'), 'utf8')).toContain(`- ${title}`);
  });
});
