import { createRendezvous, memoryExchange, type Rendezvous } from '@conclave/rendezvous';

import { takeApart } from '../../hostile/support/envelopes.js';
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
  /** What a rendezvous that is not to be trusted makes of an envelope: what it passes on instead. */
  meddle: (envelope: Uint8Array) => readonly Uint8Array[];
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

  jest.setTimeout(30_000); // each wait has its own, shorter limit; this only ends what hangs

  beforeAll(async () => {
    await Promise.all(names.map(async (name) => peers.set(name, await startPeerProcess(name))));
  });
  beforeEach(async () => {
    passed.length = 0;
    self.meddle = (envelope) => [envelope];
    const exchange = memoryExchange();
    rendezvous = await createRendezvous({
      exchange: {
        claim: (claim, holder) => exchange.claim(claim, holder),
        cardOf: (tenant, peer) => exchange.cardOf(tenant, peer),
        async deliver(tenant, to, envelope) {
          passed.push(readEnvelope(envelope));
          let delivered = true;
          for (const one of self.meddle(envelope)) delivered &&= await exchange.deliver(tenant, to, one);
          return delivered;
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

  const self: Cast = {
    get url() {
      return rendezvous!.url;
    },
    get rendezvous() {
      return rendezvous!;
    },
    passed,
    meddle: (envelope) => [envelope],
    peer: (name) => peers.get(name)!,
    async hire(name) {
      const peer = await startPeerProcess(name);
      hired.push(peer);
      return peer;
    },
  };
  return self;
}

/** Closes what a test has left open in a process that goes on. */
export function leaveStage(peer: PeerProcess): Promise<void> {
  return peer.evaluate(async () => {
    const keep = kit.keep as unknown as { extras?: { close(): Promise<void> }[] } & Record<string, unknown>;
    await (kit.keep.connection as { close(): Promise<void> } | undefined)?.close();
    for (const extra of keep.extras ?? []) await extra.close();
    keep['connection'] = undefined;
    keep.extras = [];
    keep['outgoing'] = {};
    keep['incoming'] = {};
    kit.keep.heard.length = 0;
    kit.keep.statuses.length = 0;
    witnessed.length = 0;
  });
}

function readEnvelope(envelope: Uint8Array): Passed {
  const { kind, from, to } = takeApart(envelope).content;
  return { kind, from, to };
}
