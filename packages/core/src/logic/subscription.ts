import type { ErrorCode } from '@conclave/protocol';

/** The life of a subscription at the subscriber. */
export type IncomingState =
  /** The publisher has not answered yet. */
  | { readonly phase: 'requested' }
  /** The publisher is there, but does not publish a stream of this name yet. */
  | { readonly phase: 'waiting' }
  /** The publisher has granted the subscription; media and messages may come. */
  | { readonly phase: 'playing' }
  /** Granted before; the link is silent or is being replaced. */
  | { readonly phase: 'interrupted' }
  /** `reason`: what the publisher said to it, as it said it. */
  | { readonly phase: 'closed'; readonly code: ErrorCode; readonly reason?: string | undefined };

/** What happens to a subscription. */
export type SubscriptionEvent =
  | { readonly type: 'waiting' }
  | { readonly type: 'granted' }
  | { readonly type: 'ended'; readonly code: ErrorCode; readonly reason?: string | undefined }
  | { readonly type: 'link-interrupted' }
  | { readonly type: 'link-live' }
  /** Another link has taken over; the play was said again on it. */
  | { readonly type: 'moved' };

/** The next state of a subscription; the same reference where nothing changed. Closed is final. */
export function nextIncomingState(state: IncomingState, event: SubscriptionEvent): IncomingState {
  if (state.phase === 'closed') return state;
  switch (event.type) {
    case 'waiting':
      return state.phase === 'waiting' ? state : { phase: 'waiting' };
    case 'granted':
      return state.phase === 'playing' ? state : { phase: 'playing' };
    case 'ended':
      return { phase: 'closed', code: event.code, reason: event.reason };
    case 'link-interrupted':
      return state.phase === 'playing' ? { phase: 'interrupted' } : state;
    case 'link-live':
      return state.phase === 'interrupted' ? { phase: 'playing' } : state;
    case 'moved':
      return state.phase === 'playing' ? { phase: 'interrupted' } : state;
  }
}
