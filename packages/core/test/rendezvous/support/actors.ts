import type { PeerId, Signer } from '@conclave/protocol';
import { createRendezvous, type Rendezvous, type RendezvousOptions } from '@conclave/rendezvous';

import { Identity, randomBytes, signerOf } from '../../../src/identity/identity.js';
import { connectRendezvous, type ConnectRendezvousOptions } from '../../../src/rendezvous/dial.js';
import type {
  RendezvousClient,
  RendezvousState,
  RoomListing,
} from '../../../src/rendezvous/rendezvous-client.js';
import { rooms } from '../../../src/rendezvous/rooms.js';
import type { Readable } from '../../../src/state/readable.js';

const toClose: (() => Promise<void>)[] = [];

/** Closes something after the test, last opened first. */
export function closeLater(close: () => Promise<void>): void {
  toClose.push(close);
}

afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

/** A key pair, and the life that it lives in a test. */
export interface Actor {
  readonly signer: Signer<CryptoKey>;
  readonly peerId: PeerId;
  readonly epoch: Uint8Array;
}

export async function newActor(): Promise<Actor> {
  const signer = signerOf(await Identity.create());
  return { signer, peerId: signer.peerId, epoch: randomBytes(16) };
}

export async function rendezvous(options: RendezvousOptions = {}): Promise<Rendezvous> {
  const made = await createRendezvous(options);
  closeLater(() => made.close());
  return made;
}

/** Enters a room as `enterRoom` does. */
export function join(client: RendezvousClient, room: string): Promise<RoomListing> {
  return client.rooms(rooms).join(room);
}

export async function connect(
  urls: string | readonly string[],
  actor: Actor,
  change: Partial<ConnectRendezvousOptions> = {},
): Promise<RendezvousClient> {
  const { signer, epoch } = actor;
  const client = await connectRendezvous(typeof urls === 'string' ? [urls] : urls, {
    key: 'demo',
    signer,
    epoch,
    persistent: false,
    timeoutMs: 5_000,
    ...change,
  });
  closeLater(() => client.close());
  return client;
}

/** The first value that fits; the test's own time limit ends the wait. */
export function until<T>(readable: Readable<T>, fits: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const look = () => {
      if (!fits(readable.get())) return;
      stop();
      resolve(readable.get());
    };
    const stop = readable.subscribe(look);
    look();
  });
}

export async function untilPhase<P extends RendezvousState['phase']>(client: RendezvousClient, phase: P) {
  return (await until(client.state, (state) => state.phase === phase)) as Extract<
    RendezvousState,
    { phase: P }
  >;
}

/** The next envelopes, as they come. */
export function envelopesOf(client: RendezvousClient): {
  readonly all: Uint8Array[];
  count(n: number): Promise<void>;
} {
  const all: Uint8Array[] = [];
  const listeners = new Set<() => void>();
  client.onEnvelope((bytes) => {
    all.push(bytes);
    for (const listener of [...listeners]) listener();
  });
  return {
    all,
    count: (n) =>
      new Promise((resolve) => {
        const look = () => all.length >= n && resolve();
        listeners.add(look);
        look();
      }),
  };
}
