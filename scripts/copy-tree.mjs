// @ts-check
// A copy of the checkout's sources under the system's temporary folder, for tools that plant something.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const LEFT_OUT = new Set(['node_modules', 'dist', '.git', '.cache', '.ci', 'coverage', 'site', 'artifacts']);

/**
 * The sources with the installed packages linked in, `@conclave/*` being the copy's own. Nothing in it is built.
 *
 * @param {string} purpose a word in the name of the folder
 */
export function copyTree(purpose) {
  const tree = realpathSync(mkdtempSync(join(tmpdir(), `conclave-${purpose}-`)));
  cpSync(root, tree, { recursive: true, filter: (source) => !LEFT_OUT.has(basename(source)) });
  mkdirSync(join(tree, 'node_modules/@conclave'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@conclave') symlinkSync(join(root, 'node_modules', name), join(tree, 'node_modules', name));
  }
  for (const name of readdirSync(join(tree, 'packages'))) {
    symlinkSync(join(tree, 'packages', name), join(tree, 'node_modules/@conclave', name));
    const own = join(root, 'packages', name, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(tree, 'packages', name, 'node_modules'));
  }
  symlinkSync(join(tree, 'lab'), join(tree, 'node_modules/@conclave/lab'));
  return tree;
}
