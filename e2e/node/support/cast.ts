import { decodeValue } from '@conclave/protocol';
import { createRendezvous, memoryExchange, type Rendezvous } from '@conclave/rendezvous';

import { startPeerProcess, type PeerProcess } from '../../support/peer-process.js';

/** An envelope as the rendezvous of the test saw it pass: nothing of it is secret. */
export interface Passed {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
}

/** The peers of a suite, each in a process of its own, and a rendezvous for each test. */
export interface Cast {
  readonly url: string;
  readonly rendezvous: Rendezvous;
  /** The envelopes that this test's rendezvous has passed on, in their order. */
  readonly passed: readonly Passed[];
  /** The process of an actor; it lives for the whole suite, its connections for one test. */
  peer(name: string): PeerProcess;
  /** Starts an actor of this test only, for what ends a process. */
  hire(name: string): Promise<PeerProcess>;
}

/** Registers the set-up with Jest. */
export function useCast(...names: readonly string[]): Cast {
  const peers = new Map<string, PeerProcess>();
  const hired: PeerProcess[] = [];
  const passed: Passed[] = [];
  let rendezvous: Rendezvous | undefined;

  beforeAll(async () => {
    await Promise.all(names.map(async (name) => peers.set(name, await startPeerProcess(name))));
  });
  beforeEach(async () => {
    passed.length = 0;
    const exchange = memoryExchange();
    rendezvous = await createRendezvous({
      exchange: {
        claim: (claim, holder) => exchange.claim(claim, holder),
        cardOf: (tenant, peer) => exchange.cardOf(tenant, peer),
        deliver(tenant, to, envelope) {
          passed.push(readEnvelope(envelope));
          return exchange.deliver(tenant, to, envelope);
        },
        close: () => exchange.close(),
      },
    });
  });
  afterEach(async () => {
    const ended = await Promise.allSettled([
      ...[...peers.values()].map(leaveStage),
      ...hired.splice(0).map((peer) => peer.close()),
    ]);
    await rendezvous?.close();
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  });
  afterAll(async () => {
    await Promise.all([...peers.values()].map((peer) => peer.close()));
  });

  return {
    get url() {
      return rendezvous!.url;
    },
    get rendezvous() {
      return rendezvous!;
    },
    passed,
    peer: (name) => peers.get(name)!,
    async hire(name) {
      const peer = await startPeerProcess(name);
      hired.push(peer);
      return peer;
    },
  };
}

/** Closes what a test has left open in a process that goes on. */
function leaveStage(peer: PeerProcess): Promise<void> {
  return peer.evaluate(async () => {
    const { keep } = kit as unknown as { keep: Record<string, any> };
    await keep['connection']?.close();
    for (const extra of keep['extras'] ?? []) await extra.close();
    keep['connection'] = undefined;
    keep['extras'] = [];
    keep['outgoing'] = {};
    keep['incoming'] = {};
    keep['heard'].length = 0;
    keep['statuses'].length = 0;
    witnessed.length = 0;
  });
}

function readEnvelope(envelope: Uint8Array): Passed {
  const outer = decodeValue(envelope, Infinity);
  const [signed] = outer.ok ? (outer.value as Uint8Array[]) : [];
  const inner = decodeValue(signed!, Infinity);
  if (!inner.ok) throw new Error('the rendezvous passed on what is no envelope');
  const { kind, from, to } = inner.value as unknown as Passed;
  return { kind, from, to };
}
