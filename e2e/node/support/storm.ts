import type { PeerId } from '@conclave/core';

import type { Peer } from '../../support/peer.js';

/** What a peer does in one turn, at a moment that all share. */
export interface Landing {
  readonly room: string;
  /** Milliseconds since 1970: the wall clock, which all processes of one machine share. */
  readonly atMs: number;
  /** Peers that it plays besides: it offers to them at once, where in a room only the later one of two does. */
  readonly plays: readonly PeerId[];
  /** How many others there are. */
  readonly others: number;
  /** How long it may take until they all are present. */
  readonly withinMs: number;
}

/** How a landing went. */
export interface Landed {
  /** When the peer did call `joinRoom`; milliseconds since 1970. */
  readonly calledAtMs: number;
  /** How long after that everybody else was present, and played. */
  readonly fullAfterMs: number;
}

/** What a peer holds. */
export interface Holding {
  readonly id: PeerId;
  /** The proven links by far peer, with the nonces of both ends. */
  readonly links: Readonly<Record<PeerId, { readonly near: string; readonly far: string }>>;
  /** Far peers to which a link was proven beside one that stood. */
  readonly replaced: readonly PeerId[];
  /** The errors among the status codes. */
  readonly errors: readonly string[];
  /** The connections of its WebRTC that are not closed: their state, and the certificates of both ends. */
  readonly transports: readonly { readonly state: string; readonly near: string; readonly far: string }[];
}

type Keep = typeof kit.keep & { storm: { links: Map<PeerId, unknown>; replaced: PeerId[] } };

/** Lets a peer keep account of its links from now on, and publish what others may play; once for each connection. */
export function watch(peer: Peer): Promise<void> {
  return peer.evaluate(() => {
    witnessed.length = 0;
    kit.keep.statuses.length = 0;
    const { connection } = kit.keep;
    const storm: Keep['storm'] = { links: new Map(), replaced: [] };
    Object.assign(kit.keep, { storm });
    connection.publish('chat');
    connection.links.subscribe(() => {
      for (const [farId, link] of connection.links.get()) {
        if (storm.links.has(farId) && storm.links.get(farId) !== link) storm.replaced.push(farId);
        storm.links.set(farId, link);
      }
    });
  });
}

/** Lands a peer; resolves once everybody else is present for it. */
export function land(peer: Peer, landing: Landing): Promise<Landed> {
  return peer.evaluate(async ({ room: name, atMs, plays, others, withinMs }: Landing) => {
    const { connection, heard } = kit.keep;
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(atMs - Date.now());
    const calledAtMs = Date.now();
    const played = plays.map((id) => connection.play(id, 'chat', { media: false }));
    const room = await conclave.joinRoom(connection, { room: name, publish: [] });
    kit.keep.room = room;
    room.handle('say', (from, ...args) => heard.push([from.id, ...args]));
    const phases = () => [
      ...room.participants.get().map(({ state }) => state.get().phase),
      ...played.map(({ state }) => state.get().phase),
    ];
    const isFull = () =>
      phases().length === others + plays.length &&
      phases().every((phase) => phase === 'present' || phase === 'playing');
    while (!isFull()) {
      if (Date.now() - calledAtMs > withinMs)
        throw new Error(`after ${withinMs} ms only: ${phases().join(' ')}`);
      await pause(5);
    }
    return { calledAtMs, fullAfterMs: Date.now() - calledAtMs };
  }, landing);
}

/** Reads what a peer holds. */
export function hold(peer: Peer): Promise<Holding> {
  return peer.evaluate(() => {
    const { connection, statuses, storm } = kit.keep as Keep;
    const fingerprint = (description: RTCSessionDescription | null) =>
      /a=fingerprint:sha-256 ([0-9A-F:]+)/i.exec(description?.sdp ?? '')?.[1]?.toUpperCase() ?? '';
    const links = [...connection.links.get()].map(([farId, { nearNonce, farNonce }]) => {
      return [farId, { near: nearNonce.join(), far: farNonce.join() }] as const;
    });
    const open = witnessed.filter(({ pc }) => pc.signalingState !== 'closed');
    return {
      id: connection.nearId,
      links: Object.fromEntries(links),
      replaced: storm.replaced,
      errors: statuses.flatMap(({ level, code, error }) => (level === 'error' ? [`${code} ${error}`] : [])),
      transports: open.map(({ pc }) => ({
        state: pc.connectionState,
        near: fingerprint(pc.localDescription),
        far: fingerprint(pc.remoteDescription),
      })),
    };
  });
}

/** Says something to everybody in the room; gives the IDs of those who have it. */
export function say(peer: Peer, text: string): Promise<PeerId[]> {
  return peer.evaluate(async (what: string) => {
    const delivered = await kit.keep.room.send('say', what).delivered;
    return [...delivered].flatMap(([farId, outcome]) => (outcome === 'delivered' ? [farId] : []));
  }, text);
}

/** Takes out what a peer has heard: who said what. */
export function takeHeard(peer: Peer): Promise<unknown[]> {
  return peer.evaluate(() => kit.keep.heard.splice(0));
}

/** Leaves the room; the connection and its links stand. */
export function leave(peer: Peer): Promise<void> {
  return peer.evaluate(() => kit.keep.room.leave());
}

/** Closes the connection. */
export function part(peer: Peer): Promise<void> {
  return peer.evaluate(() => kit.keep.connection.close());
}
