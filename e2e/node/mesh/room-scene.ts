import type { PeerId } from '@conclave/core';
import {
  createRendezvous,
  memoryExchange,
  type Exchange,
  type Rendezvous,
  type Seat,
} from '@conclave/rendezvous';

import { startPeerProcess, type PeerProcess } from '../../support/peer-process.js';
import { until } from '../../support/wait.js';

/** What a peer sees of somebody in its room. */
export interface Seen {
  readonly name: string | undefined;
  readonly phase: string;
  readonly code: string | undefined;
  /** Streams that it plays of it, with their state. */
  readonly streams: string;
  /** Tells one stay from the next: counts the participant objects that this peer has seen. */
  readonly object: number;
}

/** How a peer connects. */
interface StartOptions {
  readonly maxPeerConnections?: number;
  /** Whether it can be told by `refuse` whom it lets have no link. */
  readonly choosy?: boolean;
}

/** A room for tests: a rendezvous that can be restarted, and Node peers. */
export interface RoomScene {
  readonly url: string;
  start(name: string, options?: StartOptions): Promise<PeerProcess>;
  id(peer: PeerProcess): PeerId;
  stopRendezvous(): Promise<void>;
  startRendezvous(): Promise<void>;
  /** Everything that the peers had the rendezvous keep or pass on, as one text of bytes. */
  told(): string;
  /** The rooms that it was asked to list them in, first come first. */
  rooms(): readonly string[];
}

/** Registers the set-up with Jest; to be called in a `describe`. */
export function useRoomScene(): RoomScene {
  let rendezvous: Rendezvous | undefined;
  const peers: PeerProcess[] = [];
  const ids = new Map<PeerProcess, PeerId>();
  const told: string[] = [];
  const rooms = new Set<string>();

  jest.setTimeout(60_000); // each wait has its own, shorter limit; this only ends what hangs

  const overheard = (): Exchange => {
    const exchange = memoryExchange();
    const hear = (bytes: Uint8Array) => told.push(Buffer.from(bytes).toString('latin1'));
    return {
      async claim(claim, holder) {
        hear(claim.card);
        const claimed = await exchange.claim(claim, holder);
        if (!claimed.ok) return claimed;
        const seat = claimed.value;
        const join: Seat['join'] = (room) => {
          rooms.add(room);
          told.push(room);
          return seat.join(room);
        };
        return { ok: true, value: { ...seat, join } };
      },
      cardOf: (tenant, peer) => exchange.cardOf(tenant, peer),
      deliver(tenant, to, envelope) {
        hear(envelope);
        return exchange.deliver(tenant, to, envelope);
      },
      close: () => exchange.close(),
    };
  };

  beforeEach(async () => {
    told.length = 0;
    rooms.clear();
    rendezvous = await createRendezvous({ port: 0, exchange: overheard() });
  });
  afterEach(async () => {
    const ended = await Promise.allSettled(peers.splice(0).map((peer) => peer.close()));
    await rendezvous?.close();
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  });

  return {
    get url() {
      return rendezvous!.url;
    },
    async start(name, options = {}) {
      const peer = await startPeerProcess(name);
      peers.push(peer);
      const connect = (url: string, { choosy, ...more }: StartOptions) => {
        const refused = new Set<PeerId>();
        if (!choosy) return kit.connect(url, more);
        Object.assign(kit.keep, { refused });
        return kit.connect(url, { ...more, mayLink: (id) => !refused.has(id) });
      };
      ids.set(peer, await peer.evaluate(connect, rendezvous!.url, options));
      return peer;
    },
    id: (peer) => ids.get(peer)!,
    stopRendezvous: () => rendezvous!.close(),
    async startRendezvous() {
      rendezvous = await createRendezvous({ port: rendezvous!.port, exchange: overheard() });
    },
    told: () => told.join(''),
    rooms: () => [...rooms],
  };
}

/** Joins the room `garden` under the peer's name; what comes by the handler `chat` is kept in `heard`. */
export function join(peer: PeerProcess, options: object = {}): Promise<string> {
  return peer.evaluate(
    async (name: string, more: object) => {
      try {
        const room = await conclave.joinRoom(kit.keep.connection, {
          room: 'garden',
          metadata: { name },
          ...more,
        });
        kit.keep.room = room;
        room.handle('chat', (from, ...args) => {
          const metadata = from.metadata.get() as { name?: string } | undefined;
          kit.keep.heard.push([metadata?.name, ...args]);
        });
        return 'joined';
      } catch (error) {
        return kit.codeOf(error);
      }
    },
    peer.name,
    options,
  );
}

/** Lets a choosy peer refuse every link to these from now on; whom it is linked with stays linked. */
export function refuse(peer: PeerProcess, ids: readonly PeerId[]): Promise<void> {
  return peer.evaluate((all: readonly PeerId[]) => {
    const { refused } = kit.keep as typeof kit.keep & { refused: Set<PeerId> };
    refused.clear();
    for (const id of all) refused.add(id);
  }, ids);
}

/** Who a peer sees in its room, in the order in which it does. */
export function seen(peer: PeerProcess): Promise<Seen[]> {
  return peer.evaluate(() => {
    const keep = kit.keep as typeof kit.keep & { objects?: unknown[] };
    const objects = (keep.objects ??= []);
    return keep.room.participants.get().map((participant) => {
      if (!objects.includes(participant)) objects.push(participant);
      const metadata = participant.metadata.get();
      const state = participant.state.get();
      const streams = [...participant.streams.get()].map(
        ([name, stream]) => `${name} ${stream.state.get().phase}`,
      );
      return {
        name: (metadata as { name?: string } | undefined)?.name,
        phase: state.phase,
        code: state.phase === 'unreachable' ? state.code : undefined,
        streams: streams.join(', '),
        object: objects.indexOf(participant),
      };
    });
  });
}

/** Who is present, as a peer sees it: sorted names. */
async function present(peer: PeerProcess): Promise<string> {
  const there = (await seen(peer)).filter(({ phase }) => phase === 'present');
  return there
    .map(({ name }) => name)
    .sort()
    .join(' ');
}

/** Waits until a peer sees exactly these others, all of them present. */
export async function sees(peer: PeerProcess, names: string, withinMs = 10_000): Promise<void> {
  const what = `${peer.name} sees ${names || 'nobody'}`;
  const exactly = async () => {
    const all = await seen(peer);
    if ((await present(peer)) !== names || all.length !== names.split(' ').filter(Boolean).length)
      throw new Error(JSON.stringify(all));
    return true;
  };
  await until(exactly, { within: withinMs, what });
}

/** Waits until a peer has heard something by the handler `chat`; gives all that it has heard. */
export function hears(peer: PeerProcess, count: number): Promise<unknown[]> {
  return until(
    async () => {
      const heard = await peer.evaluate(() => kit.keep.heard);
      return heard.length >= count && heard;
    },
    { within: 5_000, what: `${peer.name} hears ${count}` },
  ) as Promise<unknown[]>;
}

/** Calls `chat` at everybody; what became of it, by the ends of the peer IDs. */
export function say(peer: PeerProcess, text: string): Promise<Record<PeerId, string>> {
  return peer.evaluate(
    async (what: string) => Object.fromEntries(await kit.keep.room.send('chat', what).delivered),
    text,
  );
}
