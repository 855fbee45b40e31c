import type { ErrorCode } from '@conclave/protocol';

/** How this end stands with somebody else in the room. */
export type ParticipantState =
  /** The member list names it; nothing was tried yet. */
  | { readonly phase: 'listed' }
  /** A link is being made, or the room is being agreed on over it. */
  | { readonly phase: 'linking' }
  /** Both ends have proven who they are, and each hears the other's room messages: it stays whatever any list says. */
  | { readonly phase: 'present' }
  /** Linked, but silent for more than 1.5 s. */
  | { readonly phase: 'interrupted' }
  /**
   * No standing came about; it is tried again, with growing pauses, as long as the list names it. `code` says why:
   * `stream/limit` where one of the two ends serves as many peers as its `maxPeerConnections` allows (nothing crosses
   * in either direction then), `peer/unreachable` or `link/failed` where no path was found.
   */
  | { readonly phase: 'unreachable'; readonly code: ErrorCode }
  /** Gone for good: whoever comes back is another participant. */
  | { readonly phase: 'left' };

/** What happens to a participant. */
export type ParticipantEvent =
  | { readonly type: 'tried' }
  /** Both control streams stand, and the path is alive. */
  | { readonly type: 'stands' }
  /** The path is silent, or the link is being replaced. */
  | { readonly type: 'silent' }
  /** An attempt came to nothing, or what stood has ended. */
  | { readonly type: 'failed'; readonly code: ErrorCode }
  /** It said good-bye, or was never linked and the list dropped it. */
  | { readonly type: 'gone' };

const LINKING: ParticipantState = { phase: 'linking' };
const PRESENT: ParticipantState = { phase: 'present' };
const INTERRUPTED: ParticipantState = { phase: 'interrupted' };
const LEFT: ParticipantState = { phase: 'left' };

/** Whether messages reach it, now or when its path is back. */
export function isLinked({ phase }: ParticipantState): boolean {
  return phase === 'present' || phase === 'interrupted';
}

/**
 * The next state of a participant; the same reference where nothing changed. A failure removes who was linked, and makes
 * anybody else unreachable, who stays that through later attempts until one succeeds. Left is final.
 */
export function nextParticipantState(state: ParticipantState, event: ParticipantEvent): ParticipantState {
  if (state.phase === 'left') return state;
  switch (event.type) {
    case 'tried':
      return state.phase === 'listed' ? LINKING : state;
    case 'stands':
      return state.phase === 'present' ? state : PRESENT;
    case 'silent':
      return state.phase === 'present' ? INTERRUPTED : state;
    case 'failed':
      if (isLinked(state)) return LEFT;
      return state.phase === 'unreachable' && state.code === event.code
        ? state
        : { phase: 'unreachable', code: event.code };
    case 'gone':
      return LEFT;
  }
}
