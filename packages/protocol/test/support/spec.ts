import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { fromHex } from '@conclave/protocol';

/** SPEC.md. */
export const spec = readFileSync(resolve(import.meta.dirname, '../../SPEC.md'), 'utf8');

/** The numbers of the rules, in their order. */
export const rules: readonly string[] = [...spec.matchAll(/^- \*\*(\d+\.\d+)\*\* /gm)].map(
  ([, rule]) => rule as string,
);

/** The rows of the table whose header begins with `first`, without back-quotes. */
export function table(first: string): readonly (readonly string[])[] {
  const lines = spec.split('\n');
  const header = lines.findIndex((line) => line.startsWith('|') && cells(line)[0] === first);
  if (header < 0) throw new Error(`no table ${first}`);
  const rows = lines.slice(header + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map(cells);
}

/** A test vector of SPEC 11. */
export function vector(name: string): Uint8Array<ArrayBuffer> {
  const found = /^(.*?) += ([0-9a-f]+)$/m;
  const line = spec.split('\n').find((candidate) => found.exec(candidate)?.[1] === name);
  const bytes = fromHex(line === undefined ? '?' : (found.exec(line)?.[2] ?? '?'));
  if (!bytes) throw new Error(`no vector ${name}`);
  return bytes;
}

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));
}
