import { startPeerProcess, type PeerProcess } from '../../../support/peer-process.js';
import type * as identities from './identities.mjs';

/** What a hostile peer's functions find as `hostile`, where they run. */
type HostileKit = typeof identities;

declare global {
  var hostile: HostileKit;
}

const source = new URL('identities.mjs', import.meta.url).href;

/** Starts the process of hostile peers. It is to be killed: her WebRTC crashes now and then when it is hung up on. */
export async function startHostile(): Promise<PeerProcess> {
  const mallory = await startPeerProcess('mallory');
  await mallory.evaluate(async (url: string) => {
    // As text: the compiler of the tests would make of an import something that only Jest has.
    const load = (0, eval)('(url) => import(url)') as (from: string) => Promise<HostileKit>;
    globalThis.hostile = await load(url);
  }, source);
  return mallory;
}
