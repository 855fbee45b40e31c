// @ts-check
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** @typedef {{ cpuPct: number, framesPerSecond: number, longestGapMs: number, refused: number, asked: number, links: number, rssBytes: number }} Stretch */
/** @typedef {{ call: (method: string, ...args: unknown[]) => Promise<any>, end: () => void }} PeerProcess */

/** Starts a peer in a process of its own. @returns {PeerProcess} */
export function startPeer() {
  const script = fileURLToPath(new URL('./peer.mjs', import.meta.url));
  const child = fork(script, { execArgv: ['--expose-gc'] });
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let lastId = 0;
  child.on('message', (/** @type {any} */ { id, value, error }) => {
    if (error === undefined) waiting.get(id)?.resolve(value);
    else waiting.get(id)?.reject(new Error(error));
    waiting.delete(id);
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values())
      reject(new Error(`a peer ended by ${signal ?? `code ${code}`}`));
  });
  return {
    call(method, ...args) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.send({ id, method, args });
      });
    },
    end: () => void child.kill(),
  };
}
