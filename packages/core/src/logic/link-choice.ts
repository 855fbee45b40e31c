/** What this end has of a far peer when an offer of it arrives. */
export interface Standing {
  /** A link that has been proven. */
  readonly proven: boolean;
  /** An unproven link: who made the first offer of it. */
  readonly unproven: 'offered-by-us' | 'offered-by-them' | undefined;
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
/** From the first description to the proof. */
export const LINK_TIMEOUT_MS = 15_000;
/** From the open channel to the proof. */
export const PROOF_TIMEOUT_MS = 10_000;

/** A link over which nothing is played; kept for a moment, since who was refused or has left may come again. */
export const IDLE_LIMIT_MS = 30_000;

/** Chooses. An offer never disturbs a proven link: its answer is a candidate link beside it. */
export function chooseOffer(
  standing: Standing,
  polite: boolean,
  counts: { readonly links: number; readonly unprovenInbound: number },
): OfferChoice {
  if (standing.unproven === 'offered-by-us') return polite ? 'yield' : 'ignore';
  if (standing.unproven === 'offered-by-them') return 'replace';
  if (!standing.proven && counts.links >= MAX_LINKS) return 'limit';
  if (counts.unprovenInbound >= MAX_UNPROVEN_INBOUND) return 'hold';
  return 'answer';
}
