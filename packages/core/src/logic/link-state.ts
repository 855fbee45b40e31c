import type { ErrorCode } from '@conclave/protocol';

/** The life of a link to one far peer. Times are milliseconds of a monotonic clock. */
export type LinkState =
  /** A description is on its way, or a path is being sought. */
  | { readonly phase: 'connecting' }
  /** The encrypted channel is open; the far end has not proven who it is. */
  | { readonly phase: 'proving' }
  /** Both ends have proven themselves and the far end was heard in the last 1.5 s. */
  | { readonly phase: 'live' }
  /** Proven, but silent or without a path since then. */
  | { readonly phase: 'interrupted'; readonly sinceMs: number }
  | { readonly phase: 'closed'; readonly code: ErrorCode };

/** What happens to a link. */
export type LinkEvent =
  | { readonly type: 'channel-open' }
  | { readonly type: 'proved'; readonly atMs: number }
  /** The present freshness of the path. */
  | { readonly type: 'path'; readonly fresh: boolean; readonly atMs: number }
  | { readonly type: 'closed'; readonly code: ErrorCode };

/** A far end that was silent for so long, after it was interrupted, is gone: announced within 10 s of a crash. */
export const LOST_AFTER_MS = 6_000;

/** The next state of a link; the same reference where nothing changed. Closed is final. */
export function nextLinkState(state: LinkState, event: LinkEvent): LinkState {
  if (state.phase === 'closed') return state;
  switch (event.type) {
    case 'channel-open':
      return state.phase === 'connecting' ? { phase: 'proving' } : state;
    case 'proved':
      return state.phase === 'proving' || state.phase === 'connecting' ? { phase: 'live' } : state;
    case 'closed':
      return { phase: 'closed', code: event.code };
    case 'path':
      if (state.phase === 'live') return event.fresh ? state : { phase: 'interrupted', sinceMs: event.atMs };
      if (state.phase !== 'interrupted') return state;
      if (event.fresh) return { phase: 'live' };
      return event.atMs - state.sinceMs >= LOST_AFTER_MS ? { phase: 'closed', code: 'peer/lost' } : state;
  }
}

/** Whether both ends of the link have proven who they are, and it still stands. */
export function isProven(state: LinkState): boolean {
  return state.phase === 'live' || state.phase === 'interrupted';
}
