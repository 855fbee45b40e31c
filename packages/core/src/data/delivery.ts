import type { PeerId } from '@conclave/protocol';

/**
 * What became of a reliable message at one peer. `delivered`: a handler there was called. `not-sent`: none was or will
 * be; it never left, or the peer had no handler for it in 10 s, or does not play the stream any longer. `unknown`: it
 * left, and the peer was gone before it said what became of it.
 */
export type Outcome = 'delivered' | 'not-sent' | 'unknown';

/** A reliable message on its way. Neither promise ever rejects. */
export interface Delivery {
  /**
   * The moment to send the next one: the fastest subscriber's line has taken it. Another one that is about to fall too far
   * behind is waited for, but not for more than a second in all, and in the long run a tenth of the time.
   */
  readonly accepted: Promise<void>;
  /** What became of it at each subscriber. */
  readonly delivered: Promise<ReadonlyMap<PeerId, Outcome>>;
}

/** A reliable message on its way to one peer. */
export interface SingleDelivery {
  readonly farId: PeerId;
  readonly accepted: Promise<void>;
  readonly delivered: Promise<Outcome>;
  /** A promise where the peer is behind and may be waited for. */
  eased(): Promise<void> | undefined;
}

/** Joins what was sent to several peers. */
export function joinDeliveries(deliveries: readonly SingleDelivery[]): Delivery {
  const [first] = deliveries;
  if (first && deliveries.length === 1) {
    const { farId, accepted, delivered } = first;
    return { accepted, delivered: delivered.then((outcome) => new Map([[farId, outcome]])) };
  }
  const outcomes = deliveries.map(async ({ farId, delivered }) => [farId, await delivered] as const);
  return {
    accepted: acceptedBy(deliveries),
    delivered: Promise.all(outcomes).then((entries) => new Map(entries)),
  };
}

/** A message that no line will take. */
export function notSent(farId: PeerId): SingleDelivery {
  return {
    farId,
    accepted: Promise.resolve(),
    delivered: Promise.resolve('not-sent'),
    eased: () => undefined,
  };
}

async function acceptedBy(deliveries: readonly SingleDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await Promise.race(deliveries.map(({ accepted }) => accepted));
  await Promise.all(deliveries.flatMap((one) => one.eased() ?? []));
}
