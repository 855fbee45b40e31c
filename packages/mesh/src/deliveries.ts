import {
  ConclaveError,
  type Delivery,
  type OutgoingStream,
  type PeerId,
  type PeerStream,
  type Value,
} from '@conclave/core';

import { checkCall } from './application-calls.js';

/** Who is to get something: `undefined` for somebody whose subscription is just being replaced. */
export type Recipients = ReadonlyMap<PeerId, PeerStream | undefined>;

/** Recipients whose subscription stands. */
export function reachable(recipients: Recipients): readonly PeerStream[] {
  return [...recipients.values()].flatMap((peer) => (peer && isOpen(peer) ? [peer] : []));
}

/** Recipients whose subscription does not stand. */
export function unreachable(recipients: Recipients): readonly PeerId[] {
  return [...recipients].flatMap(([farId, peer]) => (peer && isOpen(peer) ? [] : [farId]));
}

/**
 * Calls a handler at these peers as a stream does at its subscribers: nobody waits for who is too far behind, who is
 * closed instead, so that no gap opens; where all are, it throws `data/congested`. Who has just gone has `not-sent`.
 */
export function sendToAll(
  control: OutgoingStream,
  recipients: Recipients,
  handler: string,
  args: readonly Value[],
): Delivery {
  const peers = reachable(recipients);
  const gone = unreachable(recipients).map((farId) => [farId, 'not-sent'] as const);
  // The stream knows best how to keep step, but has subscribers also while they are being linked.
  const { accepted, delivered } = isEverybody(control, peers)
    ? control.send(handler, ...args)
    : sendToEach(peers, handler, args);
  return { accepted, delivered: delivered.then((outcomes) => new Map([...gone, ...outcomes])) };
}

function sendToEach(peers: readonly PeerStream[], handler: string, args: readonly Value[]): Delivery {
  if (peers.length === 0) checkCall(handler, args);
  const deliveries: Delivery[] = [];
  const congested: PeerStream[] = [];
  for (const peer of peers) {
    try {
      deliveries.push(peer.send(handler, ...args));
    } catch (error) {
      if (!(error instanceof ConclaveError) || error.code !== 'data/congested') throw error;
      congested.push(peer);
    }
  }
  if (deliveries.length === 0 && congested.length > 0) throw new ConclaveError('data/congested');
  for (const peer of congested) peer.close('too far behind');
  const missed = congested.map(({ farId }) => [farId, 'not-sent'] as const);
  const delivered = Promise.all(deliveries.map((one) => one.delivered));
  return {
    accepted:
      deliveries.length === 0 ? Promise.resolve() : Promise.race(deliveries.map(({ accepted }) => accepted)),
    delivered: delivered.then((maps) => new Map([...missed, ...maps.flatMap((one) => [...one])])),
  };
}

/** Whether these are all subscribers of the stream. */
export function isEverybody(control: OutgoingStream, peers: readonly PeerStream[]): boolean {
  const subscribers = control.peerStreams.get();
  return subscribers.length === peers.length && subscribers.every((one) => peers.includes(one));
}

/** A link that is being replaced ends no subscription: what is sent waits for the new one. */
export function isOpen(peer: PeerStream): boolean {
  const { phase } = peer.state.get();
  return phase === 'playing' || phase === 'interrupted';
}
