import type { ErrorCode } from '@conclave/protocol';

/** The first wait before a lost rendezvous is dialled again, before jitter. */
const FIRST_BACKOFF_MS = 250;
/** The longest wait: a rendezvous that comes back finds everybody again within this time. */
const MAX_BACKOFF_MS = 10_000;
/** The longest time that a rendezvous may send us away for; what it says beyond that is not believed. */
const MAX_RETRY_AFTER_MS = 60_000;
/** A connection that stood this long was a good one: the next loss starts from the first backoff again. */
const STABLE_AFTER_MS = 5_000;

/** How a connection to a rendezvous keeps itself up. The shell acts on the phase that an event leads to. */
export type ResumeState =
  | {
      readonly phase: 'connected';
      readonly urlIndex: number;
      readonly attempt: number;
      readonly sinceMs: number;
    }
  | {
      readonly phase: 'waiting';
      readonly urlIndex: number;
      readonly attempt: number;
      readonly delayMs: number;
    }
  | { readonly phase: 'trying'; readonly urlIndex: number; readonly attempt: number }
  | { readonly phase: 'closed' };

/** What happens to a connection. `random` is from 0 to 1, `atMs` on any steady clock. */
export type ResumeEvent =
  | { readonly type: 'registered'; readonly atMs: number }
  | {
      /** The connection was lost, or an attempt failed. */
      readonly type: 'lost';
      readonly atMs: number;
      readonly random: number;
      readonly code: ErrorCode;
      readonly retryAfterMs?: number | undefined;
    }
  /** The wait is over. */
  | { readonly type: 'due' }
  /** The network is back: waiting on is pointless. */
  | { readonly type: 'online' }
  | { readonly type: 'close' };

/** Said again, these would be answered the same; `replaced` tried again would make two tabs fight for one ID. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'rendezvous/replaced',
  'rendezvous/version',
  'rendezvous/invalid-url',
  'auth/unknown-key',
  'auth/origin',
  'auth/signature',
  'auth/page-origin',
  'auth/revoked',
  'auth/token-missing', // of another token the answer may be another
  'identity/bad-key',
  'identity/in-use',
  'identity/mismatch',
  'usage/closed',
  'usage/unsupported',
] satisfies ErrorCode[]);

/** What follows on an event. Events that mean nothing in a state leave it as it is. */
export function resume(state: ResumeState, event: ResumeEvent, urlCount: number): ResumeState {
  if (state.phase === 'closed') return state;
  switch (event.type) {
    case 'close':
      return { phase: 'closed' };
    case 'registered':
      if (state.phase !== 'trying') return state;
      return { ...state, phase: 'connected', sinceMs: event.atMs };
    case 'due':
    case 'online':
      if (state.phase !== 'waiting') return state;
      return { phase: 'trying', urlIndex: state.urlIndex, attempt: state.attempt };
    case 'lost': {
      if (state.phase === 'waiting') return state;
      if (FINAL.has(event.code)) return { phase: 'closed' };
      const stood = state.phase === 'connected' && event.atMs - state.sinceMs >= STABLE_AFTER_MS;
      const attempt = stood ? 1 : state.attempt + 1;
      // What was missed is kept where we were: go there first, unless it is known to be of no use.
      const stays = state.phase === 'connected' && event.code !== 'rendezvous/shutting-down';
      const urlIndex = stays ? state.urlIndex : (state.urlIndex + 1) % urlCount;
      const delayMs = Math.max(
        backoffMs(attempt, event.random),
        Math.min(event.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS),
      );
      return { phase: 'waiting', urlIndex, attempt, delayMs };
    }
  }
}

/** Exponential backoff with full jitter: those who lost the same server together do not come back together. */
function backoffMs(attempt: number, random: number): number {
  return Math.round(random * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1)));
}
