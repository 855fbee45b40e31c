// An example, for Node: a storage in a folder. Private keys are in its files as they are (PKCS #8): the folder is made
// for its owner alone, and whoever can read it can be this peer. One process at a time writes; a process that is killed
// in the few milliseconds of a change leaves the folder `changing` behind, to be removed by hand.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { StorageLock, StoragePort } from '../../../src/known-peers/index.js';

/** How often files are looked at that another process may change. */
const POLL_MS = 20;

const isCode = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code;

/** Keeps records in a folder that exists. */
export function fileStorage(folder: string): StoragePort {
  // Any text is a key; no two share a file, not even where the file system folds case.
  const pathOf = (key: string) => join(folder, createHash('sha256').update(key).digest('hex'));

  const read = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (isCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  };
  /** On the disk before it has the name: no reader ever sees half of it. */
  const write = async (path: string, bytes: Uint8Array) => {
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, bytes, { mode: 0o600, flush: true });
    await rename(draft, path);
  };
  /** Runs a step while no other process changes anything. */
  const alone = async <T>(step: () => Promise<T>): Promise<T> => {
    const changing = join(folder, 'changing');
    for (;;) {
      try {
        await mkdir(changing);
        break;
      } catch (error) {
        if (!isCode(error, 'EEXIST')) throw error;
        await pause();
      }
    }
    try {
      return await step();
    } finally {
      await rm(changing, { recursive: true });
    }
  };

  return {
    holds: 'bytes',
    get: (key) => read(pathOf(key)),
    update: (key, change) =>
      alone(async () => {
        const next = change(await read(pathOf(key))) as Uint8Array | undefined;
        if (next === undefined) await rm(pathOf(key), { force: true });
        else await write(pathOf(key), next);
        return next?.slice();
      }),
    watch(key, listener) {
      let [last, watching] = ['', true];
      const look = async () => {
        const now = Buffer.from((await read(pathOf(key))) ?? []).toString('hex');
        if (!watching) return;
        if (now !== last) listener(); // also at first: it may have changed while we looked
        last = now;
        setTimeout(() => void look(), POLL_MS).unref();
      };
      void look();
      return () => {
        watching = false;
      };
    },
    async lock(name, { steal, signal }) {
      const path = pathOf(`lock ${name}`);
      const mine = `${process.pid} ${randomUUID()}`;
      const holder = async () => Buffer.from((await read(path)) ?? []).toString();
      for (;;) {
        signal.throwIfAborted();
        const taken = await alone(async () => {
          if (!steal && isAlive(await holder())) return false;
          await write(path, Buffer.from(mine));
          return true;
        });
        if (taken)
          return held(holder, mine, () =>
            alone(async () => {
              if ((await holder()) === mine) await rm(path);
            }),
          );
        await pause();
      }
    },
  };
}

/** Whether the process that wrote a lock still runs. */
function isAlive(holder: string): boolean {
  if (holder === '') return false;
  try {
    return process.kill(Number.parseInt(holder, 10), 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

function held(holder: () => Promise<string>, mine: string, giveBack: () => Promise<void>): StorageLock {
  const lost = new AbortController();
  let released = false;
  const look = async () => {
    const now = await holder();
    if (released) return;
    if (now !== mine) lost.abort();
    else setTimeout(() => void look(), POLL_MS).unref();
  };
  void look();
  return {
    lost: lost.signal,
    async release() {
      released = true;
      await giveBack();
    },
  };
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, POLL_MS));
