import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { indexedDbStorage, memoryStorage, storageCases } from '../../src/known-peers/index.js';
import { fileStorage } from './support/file-storage.js';

const folder = mkdtempSync(join(tmpdir(), 'conclave-storage-'));
afterAll(() => rmSync(folder, { recursive: true }));

const values = memoryStorage();
const bytes = memoryStorage({ holds: 'bytes' });
const openings = [
  ['in memory, for values', { east: values, west: values }],
  ['in memory, for bytes', { east: bytes, west: bytes }],
  ['in a folder', { east: fileStorage(folder), west: fileStorage(folder) }],
] as const;

describe.each(openings)('a storage %s', (_place, both) => {
  it.each(storageCases)('[B6] $name', ({ run }) => run(both));
});

it('[B6] without IndexedDB or Web Locks the error says what to give instead', () => {
  expect(() => indexedDbStorage()).toThrow(
    expect.objectContaining({ code: 'usage/unsupported', hint: expect.stringContaining('`storage`') }),
  );
});
