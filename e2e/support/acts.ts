import type { PeerId } from '@conclave/core';
import { createRendezvous, type KeyEntry, type Keys, type Rendezvous } from '@conclave/rendezvous';

import type { Peer } from './peer.js';
import { until } from './wait.js';

/** Publishes a stream whose subscribers are answered as said: yes, no, or by a mistake of the application. */
export function publish(peer: Peer, name: string, answer: 'yes' | 'no' | 'throws' = 'yes'): Promise<void> {
  return peer.evaluate(
    (stream: string, how: string) => {
      const onPeerConnect = () => {
        if (how === 'throws') throw new Error('a mistake of the application');
        return how === 'yes';
      };
      kit.keep.outgoing[stream] = kit.keep.connection.publish(stream, { onPeerConnect });
    },
    name,
    answer,
  );
}

/** Stops publishing. */
export function unpublish(peer: Peer, name: string): Promise<void> {
  return peer.evaluate((stream: string) => kit.keep.outgoing[stream]!.close(), name);
}

/** Begins to play a stream, without waiting for an answer. */
export function request(peer: Peer, farId: PeerId, name: string): Promise<void> {
  return peer.evaluate(
    (id: PeerId, stream: string) => {
      kit.keep.incoming[stream] = kit.keep.connection.play(id, stream);
    },
    farId,
    name,
  );
}

/** Plays no longer. */
export function unplay(peer: Peer, name: string): Promise<void> {
  return peer.evaluate((stream: string) => kit.keep.incoming[stream]!.close(), name);
}

/** Closes the connection: nothing is told after it. */
export function close(peer: Peer): Promise<void> {
  return peer.evaluate(() => kit.keep.connection.close());
}

/** Waits until the connection of a peer stands with its rendezvous as said. */
export async function inPhase(peer: Peer, phase: 'connected' | 'reconnecting' | 'closed'): Promise<void> {
  const now = () => peer.evaluate(() => kit.keep.connection.state.get().phase);
  await until(async () => (await now()) === phase, { within: 20_000, what: `${peer.name} is ${phase}` });
}

/** A rendezvous that a test can lose, or be refused by. */
export interface Restartable {
  readonly url: string;
  stop(): Promise<void>;
  /** Starts it where it was, with nothing in its memory. */
  start(): Promise<void>;
  /** Withdraws the key with which everybody has connected. */
  revoke(): void;
}

/** Registers a rendezvous for each test with Jest. */
export function useRendezvous(): Restartable {
  let rendezvous: Rendezvous | undefined;
  let entry: KeyEntry;
  const listeners = new Set<() => void>();
  const keys: Keys = {
    entryOf: async (keyId) => (keyId === 'demo' ? entry : undefined),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stop = () => rendezvous!.close();
  beforeEach(async () => {
    entry = { mode: 'open', tenant: 'demo' };
    rendezvous = await createRendezvous({ keys });
  });
  afterEach(stop);
  return {
    get url() {
      return rendezvous!.url;
    },
    stop,
    async start() {
      rendezvous = await createRendezvous({ keys, port: rendezvous!.port });
    },
    revoke() {
      entry = { mode: 'revoked' };
      listeners.forEach((changed) => changed());
    },
  };
}
