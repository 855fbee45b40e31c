import type { PeerId } from '@conclave/protocol';

import type { Counts } from '../logic/link-choice.js';
import type { PeerLink } from './peer-link.js';

/** The links to one far peer: the one that stands, and the one that wants to. */
export interface Entry {
  proven?: PeerLink | undefined;
  unproven?: PeerLink | undefined;
  offeredByUs: boolean;
  opening: boolean;
  /** The link that stands is silent, and the one that wants to is to take its place. */
  mending: boolean;
  /** How often the far end has given up an offer for a newer one. */
  replaced: number;
}

/** A peer without any link. */
export function newEntry(): Entry {
  return { offeredByUs: false, opening: false, mending: false, replaced: 0 };
}

/** What there is of links and of strangers. */
export function countsOf(all: ReadonlyMap<PeerId, Entry>, isWanted: (farId: PeerId) => boolean): Counts {
  const entries = [...all].filter(([, { proven, unproven, opening }]) => proven ?? unproven ?? opening);
  const unwanted = entries.filter(([farId]) => !isWanted(farId));
  const unproven = unwanted.filter(([, entry]) => entry.unproven && !entry.offeredByUs);
  return { links: entries.length, unwanted: unwanted.length, unprovenInbound: unproven.length };
}
