import type { Allowance } from './token-bucket.js';

/** The far peers that one connection serves by default, as RTMFP's `NetConnection.maxPeerConnections` did. */
export const DEFAULT_MAX_PEER_CONNECTIONS = 8;

/**
 * Streams with media that one peer may play of another at a time. A stream is two m-lines, about 5 KiB in Chromium, and a
 * description of both directions must stay under 64 KiB; streams of messages only are not counted.
 */
export const MAX_MEDIA_PLAYS = 5;

/**
 * How often one peer may have `onPeerConnect` asked: a dialogue each, perhaps. As many at once as it may play streams, so
 * that no honest peer meets it.
 */
export const QUESTIONS_OF_A_PEER: Allowance = { burst: 32, perSecond: 1 };

/**
 * Whether a peer may play (one more of) our streams. The limit counts distinct far peers, not streams: who plays one
 * stream already may play others. A limit lowered below the present number drops nobody and admits nobody new.
 */
export function admits(playing: Iterable<string>, farId: string, maxPeerConnections: number): boolean {
  const peers = new Set(playing);
  return peers.has(farId) || peers.size < maxPeerConnections;
}
