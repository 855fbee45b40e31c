import type { PeerId } from '@conclave/protocol';

/**
 * What became of a reliable message at one peer: the peer has taken it in; it never left; or it left, and the peer was
 * gone before it said that it has it.
 */
export type Outcome = 'delivered' | 'not-sent' | 'unknown';

/** A reliable message on its way. Neither promise ever rejects. */
export interface Delivery {
  /** The fastest subscriber's line has taken it: the moment to send the next one. */
  readonly accepted: Promise<void>;
  /** What became of it at each subscriber. */
  readonly delivered: Promise<ReadonlyMap<PeerId, Outcome>>;
}

/** A reliable message on its way to one peer. */
export interface SingleDelivery {
  readonly farId: PeerId;
  readonly accepted: Promise<void>;
  readonly delivered: Promise<Outcome>;
}

/** Joins what was sent to several peers. */
export function joinDeliveries(deliveries: readonly SingleDelivery[]): Delivery {
  const outcomes = deliveries.map(async ({ farId, delivered }) => [farId, await delivered] as const);
  return {
    accepted:
      deliveries.length === 0 ? Promise.resolve() : Promise.race(deliveries.map(({ accepted }) => accepted)),
    delivered: Promise.all(outcomes).then((entries) => new Map(entries)),
  };
}
