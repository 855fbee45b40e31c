import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('../native/', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/lab/', import.meta.url));
const flags = ['-std=gnu17', '-O2', '-Wall', '-Wextra'];

/** Where each lab mounts a file system of its own; outside of labs it is an empty folder. */
export const scratch = `${cache}scratch`;

/**
 * The path of the lab's program, compiled where no program of the same source is in the repository's cache. Rejects
 * with what the compiler said.
 */
export async function compileLab(): Promise<string> {
  const files = (await readdir(source)).filter((file) => /[.][ch]$/.test(file)).sort();
  const hash = createHash('sha256').update(flags.join(' '));
  for (const file of files) hash.update(`\n${file}\n`).update(await readFile(source + file));
  const program = `${cache}lab-${hash.digest('hex').slice(0, 16)}`;
  await mkdir(scratch, { recursive: true });
  if (!existsSync(program)) {
    // Under another name first: others may be compiling, or about to start it.
    const unfinished = `${program}.${process.pid}`;
    const units = files.filter((file) => file.endsWith('.c')).map((file) => source + file);
    await promisify(execFile)('cc', [...flags, '-o', unfinished, ...units, '-lm']);
    await rename(unfinished, program);
  }
  return program;
}
