import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Peer } from './peer.js';

/** How long a process may take to start, to answer one call, or to end, before it counts as hanging. */
const PROCESS_LIMIT_MS = 60_000;

/** A peer in a Node process of its own, on `@roamhq/wrtc`. */
export interface PeerProcess extends Peer {
  readonly pid: number;
  /** Ends the process as a power cut would: nobody is told. */
  kill(): Promise<void>;
  /** Ends the process; rejects where it crashed, then or before. */
  close(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly code?: string };
}

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts a process that holds one or more connections; resolves once it takes calls. */
export async function startPeerProcess(name = 'node'): Promise<PeerProcess> {
  const script = fileURLToPath(new URL('peer.child.mjs', import.meta.url));
  const child = fork(script, { serialization: 'advanced', execArgv: [] });
  running.add(child);
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  let expected = false;
  let crash: Error | undefined;

  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child);
      const how = signal ?? `code ${String(code)}`;
      if (signal !== null ? !expected : code !== 0)
        crash = new Error(`The process of ${name} ended by ${how}.`);
      waiting.forEach(({ reject }) => reject(crash ?? new Error(`The process of ${name} has ended.`)));
      waiting.clear();
      resolve();
    });
  });
  child.on('message', ({ id, value, error }: Answer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(Object.assign(new Error(`${name}: ${error.message}`), error));
    else call?.resolve(value);
  });

  const ask = (method: 'ready' | 'evaluate' | 'end', source = '', args: unknown[] = []) =>
    new Promise<unknown>((resolve, reject) => {
      if (!child.connected) {
        reject(crash ?? new Error(`The process of ${name} has ended.`));
        return;
      }
      const id = ++last;
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`${name} did not answer in ${PROCESS_LIMIT_MS / 1000} s: ${source.slice(0, 200)}`));
      }, PROCESS_LIMIT_MS);
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      // A line that is down is no answer; how the process ended is told by its exit.
      child.send({ id, method, source, args }, (error) => error && waiting.get(id)?.reject(error));
    });

  await ask('ready');
  return {
    name,
    pid: child.pid!,
    async evaluate<A extends unknown[], R>(run: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
      return (await ask('evaluate', run.toString(), args)) as Awaited<R>;
    },
    async kill() {
      expected = true;
      child.kill('SIGKILL');
      await ended;
    },
    async close() {
      void ask('end').catch(() => undefined); // it ends without an answer; how it ended is told below
      const timer = setTimeout(() => child.kill('SIGABRT'), PROCESS_LIMIT_MS);
      await ended;
      clearTimeout(timer);
      if (crash) throw crash;
    },
  };
}
