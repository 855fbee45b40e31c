/**
 * The negotiation of a link that stands (RFC 8829), with explicit rollback: who offers, who gives way, what is stale.
 * `wanted`: something changed that the far end has to be told by an offer.
 */
export interface Negotiation {
  /** The polite side, which has the lower peer ID, gives way when both offer at once. */
  readonly polite: boolean;
  /** `offering` from the decision to offer until the answer was applied or the offer rolled back. */
  readonly phase: 'stable' | 'offering';
  readonly wanted: boolean;
  /** The revision of our last description. */
  readonly nearRevision: number;
  /** The revision of the far end's last description. */
  readonly farRevision: number;
}

/** What happens to a negotiation. */
export type NegotiationEvent =
  | { readonly type: 'want' }
  | { readonly type: 'far-offer'; readonly revision: number }
  | { readonly type: 'far-answer'; readonly revision: number }
  /** Our answer to the far offer was applied and sent. */
  | { readonly type: 'answered' };

/** What the shell does, in this order. */
export type NegotiationEffect =
  | { readonly do: 'offer'; readonly revision: number }
  | { readonly do: 'rollback' }
  | { readonly do: 'answer'; readonly revision: number }
  | { readonly do: 'apply-answer' };

/** A negotiation after the first answer of a link. */
export function startNegotiation(polite: boolean, nearRevision: number, farRevision: number): Negotiation {
  return { polite, phase: 'stable', wanted: false, nearRevision, farRevision };
}

/** The next negotiation and what to do. A description of an old revision, or an answer nobody waits for, does nothing. */
export function negotiate(
  state: Negotiation,
  event: NegotiationEvent,
): readonly [Negotiation, readonly NegotiationEffect[]] {
  switch (event.type) {
    case 'want':
      return settle({ ...state, wanted: true }, []);
    case 'far-offer': {
      if (event.revision <= state.farRevision) return [state, []];
      const glare = state.phase === 'offering';
      // The impolite side's own offer stands; the far end rolls back and answers it.
      if (glare && !state.polite) return [{ ...state, farRevision: event.revision }, []];
      const revision = state.nearRevision + 1;
      return [
        {
          ...state,
          phase: 'stable',
          wanted: state.wanted || glare,
          nearRevision: revision,
          farRevision: event.revision,
        },
        [...(glare ? [{ do: 'rollback' } as const] : []), { do: 'answer', revision }],
      ];
    }
    case 'far-answer':
      if (state.phase !== 'offering' || event.revision <= state.farRevision) return [state, []];
      return settle({ ...state, phase: 'stable', farRevision: event.revision }, [{ do: 'apply-answer' }]);
    case 'answered':
      return settle(state, []);
  }
}

function settle(
  state: Negotiation,
  effects: readonly NegotiationEffect[],
): readonly [Negotiation, readonly NegotiationEffect[]] {
  if (state.phase !== 'stable' || !state.wanted) return [state, effects];
  const revision = state.nearRevision + 1;
  return [
    { ...state, phase: 'offering', wanted: false, nearRevision: revision },
    [...effects, { do: 'offer', revision }],
  ];
}
