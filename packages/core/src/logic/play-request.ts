import type { ErrorCode } from '@conclave/protocol';

/** The life of a subscription at the publisher. */
export type PeerStreamState =
  /** Nobody has published the name yet. */
  | { readonly phase: 'unconnected' }
  /** `onPeerConnect` is deciding. */
  | { readonly phase: 'asking' }
  | { readonly phase: 'playing' }
  /** Granted before; the link is being replaced. Messages wait. */
  | { readonly phase: 'interrupted' }
  | { readonly phase: 'closed'; readonly code: ErrorCode };

/** How long `onPeerConnect` may take: a human can decide in it; silence beyond it is a refusal. */
export const CONSENT_TIMEOUT_MS = 10_000;
/** How long a subscription whose link was replaced waits for its subscriber to say it again on the new one. */
export const MOVE_TIMEOUT_MS = 20_000;
/** How long a play waits for its name to be published. */
export const UNCONNECTED_LIFETIME_MS = 60_000;
/** Plays that wait at one publisher, over all peers: bounds what strangers can make us remember. */
export const MAX_UNCONNECTED = 64;
/** Plays of one peer that wait. */
export const MAX_UNCONNECTED_PER_PEER = 8;

/** Whether one more play may wait, given the far IDs of those that wait. */
export function mayWait(waiting: readonly string[], farId: string): boolean {
  return (
    waiting.length < MAX_UNCONNECTED &&
    waiting.filter((one) => one === farId).length < MAX_UNCONNECTED_PER_PEER
  );
}
