import { leaveStage } from '../../node/support/cast.js';
import { startPeerProcess, type PeerProcess } from '../../support/peer-process.js';
import { HostileRendezvous } from './hostile-rendezvous.js';

/** The honest peers of a suite, each in a process of its own, and for each test a rendezvous that may lie. */
export interface HostileCast {
  readonly rendezvous: HostileRendezvous;
  /** The process of an actor; it lives for the whole suite, its connections for one test. */
  peer(name: string): PeerProcess;
}

/** Registers the set-up with Jest. */
export function useHostileCast(...names: readonly string[]): HostileCast {
  const peers = new Map<string, PeerProcess>();
  let rendezvous: HostileRendezvous | undefined;

  jest.setTimeout(40_000); // each wait has its own, shorter limit; this only ends what hangs

  beforeAll(async () => {
    await Promise.all(names.map(async (name) => peers.set(name, await startPeerProcess(name))));
  });
  beforeEach(async () => {
    rendezvous = await HostileRendezvous.start();
  });
  afterEach(async () => {
    const left = await Promise.allSettled([...peers.values()].map(leaveStage));
    await rendezvous?.close();
    for (const one of left) if (one.status === 'rejected') throw one.reason;
  });
  afterAll(async () => {
    await Promise.all([...peers.values()].map((peer) => peer.close()));
  });

  return {
    get rendezvous() {
      return rendezvous!;
    },
    peer: (name) => peers.get(name)!,
  };
}
