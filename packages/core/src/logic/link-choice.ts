import type { Allowance } from './token-bucket.js';

/** What this end has of a far peer when an offer of it arrives. */
export interface Standing {
  /** A link that has been proven. */
  readonly proven: boolean;
  /** An unproven link: who made the first offer of it. */
  readonly unproven: 'offered-by-us' | 'offered-by-them' | undefined;
}

/** What this end has of all far peers. */
export interface Counts {
  readonly links: number;
  /** Links of whose peers this end wants nothing. */
  readonly unwanted: number;
  /** Of these the ones that the far ends opened and have not proven. */
  readonly unprovenInbound: number;
}

/** What becomes of an offer. */
export type OfferChoice =
  /** Answer it on a new link. */
  | 'answer'
  /** Both offered at once and ours stands: the far end answers it. */
  | 'ignore'
  /** Both offered at once: give up our unproven link and answer theirs. */
  | 'yield'
  /** The far end gave up its former unproven link for this one. */
  | 'replace'
  /** Too many strangers are proving themselves: later. */
  | 'hold'
  /** Too many links. */
  | 'limit';

/** Distinct far peers that this end links with. */
export const MAX_LINKS = 32;
/** Links that strangers opened and have not proven yet: a stranger costs us a transport for at most 15 s. */
export const MAX_UNPROVEN_INBOUND = 4;
/**
 * Links of whose peers this end wants nothing: some of `MAX_LINKS` stay for those whom it plays, however many strangers
 * come and prove who they are.
 */
export const MAX_UNWANTED_LINKS = 24;
/** Transports that strangers make this end open: each costs a certificate and four channels. */
export const OFFERS_OF_STRANGERS: Allowance = { burst: 16, perSecond: 4 };
/** Transports that one peer whom this end plays makes it open: it offers anew after a loss, with growing pauses. */
export const OFFERS_OF_A_PEER: Allowance = { burst: 8, perSecond: 0.5 };
/** How long an offer that waits for an allowance waits at least. */
export const HELD_RETRY_MS = 250;
/** Answers to what strangers send: an eighth of what a rendezvous lets a client send, so that they cannot use it up. */
export const REPLIES_TO_STRANGERS: Allowance = { burst: 64, perSecond: 8 };
/**
 * Candidates of a far end: each is paired with each of ours and checked for as long as the link lives. A host with many
 * interfaces has about 20, and gathers again seconds later at the earliest.
 */
export const CANDIDATES_OF_A_LINK: Allowance = { burst: 96, perSecond: 2 };
/** From the first description to the proof. */
export const LINK_TIMEOUT_MS = 15_000;
/** From the open channel to the proof. */
export const PROOF_TIMEOUT_MS = 10_000;

/** From the silence of a link to the first try of another one beside it: 2.5 s after the last sign of life. */
export const MEND_AFTER_MS = 1_000;
/** Between two tries: twice before the silent link is given up. */
export const MEND_EVERY_MS = 2_000;

/** A link over which nothing is played; kept for a moment, since who was refused or has left may come again. */
export const IDLE_LIMIT_MS = 30_000;

/**
 * Chooses. An offer never disturbs a proven link: its answer is a candidate link beside it. Whoever this end wants to play
 * is no stranger: it neither waits behind them nor gives way to them.
 */
export function chooseOffer(
  standing: Standing,
  polite: boolean,
  wanted: boolean,
  counts: Counts,
): OfferChoice {
  if (standing.unproven === 'offered-by-us') return polite ? 'yield' : 'ignore';
  if (standing.unproven === 'offered-by-them') return 'replace';
  if (!standing.proven && counts.links >= MAX_LINKS) return 'limit';
  if (!standing.proven && !wanted && counts.unwanted >= MAX_UNWANTED_LINKS) return 'limit';
  if (!wanted && counts.unprovenInbound >= MAX_UNPROVEN_INBOUND) return 'hold';
  return 'answer';
}
