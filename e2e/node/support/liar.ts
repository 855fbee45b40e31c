import type { PeerId } from '@conclave/core';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A hostile peer with a WebRTC of her own that answers one offer and then lies. */
export interface Liar {
  readonly peerId: PeerId;
  /** Control frames that the honest end has sent her, by kind. */
  readonly heard: readonly string[];
  /** She has said her lie, as far as she was let. */
  readonly done: Promise<void>;
}

const ending: (() => void)[] = [];
afterEach(() => ending.splice(0).forEach((end) => end()));

/** Lets her join a rendezvous in a process of her own, until the end of the test. */
export async function hireLiar(url: string, lie: string): Promise<Liar> {
  const child = fork(fileURLToPath(new URL('liar.child.mjs', import.meta.url)), {
    execArgv: [],
    serialization: 'advanced',
  });
  ending.push(() => child.kill('SIGKILL'));
  const heard: string[] = [];
  let lied: () => void = () => {};
  const done = new Promise<void>((resolve) => (lied = resolve));
  const peerId = await new Promise<PeerId>((resolve, reject) => {
    child.once('exit', () => {
      // Her WebRTC crashes now and then when the honest end hangs up in the middle of her lie.
      lied();
      reject(new Error('mallory has gone'));
    });
    child.on('message', (said: { peerId?: PeerId; heard?: string; done?: string }) => {
      if (said.peerId) resolve(said.peerId);
      if (said.heard) heard.push(said.heard);
      if (said.done) lied();
    });
    child.send({ url, lie });
  });
  return { peerId, heard, done };
}
