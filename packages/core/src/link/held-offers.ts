import { MAX_CANDIDATES, type Candidate, type PeerId, type PeerMessageOf } from '@conclave/protocol';

import { LINK_TIMEOUT_MS, MAX_LINKS } from '../logic/link-choice.js';
import type { EnvelopeOf } from './introduction.js';

/** An offer that waits for its turn, with the candidates that followed it. */
export interface HeldOffer {
  readonly envelope: EnvelopeOf<'offer'>;
  readonly candidates: readonly Candidate[];
}

interface Entry extends HeldOffer {
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Offers that came while as many strangers as allowed were proving themselves: the newest of each peer, in the order of
 * their coming, each for as long as its sender waits for an answer.
 */
export class HeldOffers {
  readonly #entries = new Map<PeerId, Entry>();

  /** Holds an offer; false where too many wait. */
  hold(envelope: EnvelopeOf<'offer'>): boolean {
    const { from } = envelope;
    this.drop(from);
    if (this.#entries.size >= MAX_LINKS) return false;
    const timer = setTimeout(() => this.#entries.delete(from), LINK_TIMEOUT_MS);
    this.#entries.set(from, { envelope, candidates: [], timer });
    return true;
  }

  /** Offers that wait. */
  get size(): number {
    return this.#entries.size;
  }

  /** Keeps candidates that belong to a held offer. */
  add(from: PeerId, { candidates }: PeerMessageOf<'candidates'>): void {
    const entry = this.#entries.get(from);
    if (!entry) return;
    // Their session is looked at when the offer has its turn.
    this.#entries.set(from, {
      ...entry,
      candidates: [...entry.candidates, ...candidates].slice(0, MAX_CANDIDATES),
    });
  }

  /** Takes out the offer of a peer, or the one that has waited longest. */
  take(from: PeerId | undefined = [...this.#entries.keys()][0]): HeldOffer | undefined {
    const entry = from && this.#entries.get(from);
    if (from) this.drop(from);
    return entry || undefined;
  }

  /** Forgets the offer of a peer. */
  drop(from: PeerId): void {
    clearTimeout(this.#entries.get(from)?.timer);
    this.#entries.delete(from);
  }

  /** Forgets all. */
  clear(): void {
    for (const from of [...this.#entries.keys()]) this.drop(from);
  }
}
