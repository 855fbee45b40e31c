import type { ErrorCode } from '@conclave/protocol';

import { blockEnd, isBoundary, MAX_AHEAD_BYTES } from './file-blocks.js';

/** A file on its way to one peer, as its sender keeps it. Numbers are bytes from its start. */
export type FileSending =
  /** The receiver has not answered. */
  | { readonly phase: 'offered'; readonly size: number }
  /** Taken before; over a new link it was said again, and the receiver has to say where to go on. */
  | ({ readonly phase: 'paused' } & Course)
  /** Goes on at `sent`; up to `closed` its blocks are sealed. */
  | ({ readonly phase: 'moving'; readonly sent: number; readonly closed: number } & Course)
  | { readonly phase: 'done' }
  /** `told`: why, as the receiver has to hear it, over a new link again: the first word may have been lost. */
  | { readonly phase: 'failed'; readonly code: ErrorCode; readonly told?: ErrorCode };

interface Course {
  readonly size: number;
  /** The receiver says it has so many. */
  readonly got: number;
  /** The furthest seal that was ever sent: beyond it the receiver can have nothing. */
  readonly sealed: number;
}

/** What happens to it. */
export type SendingEvent =
  /** There is a link, the first or a new one. */
  | { readonly type: 'up' }
  | { readonly type: 'take'; readonly from: number }
  | { readonly type: 'got'; readonly bytes: number }
  | { readonly type: 'kept' }
  | { readonly type: 'decline'; readonly code: ErrorCode }
  /** A part was handed to the lane. */
  | { readonly type: 'sent'; readonly part: FilePart }
  /** It ends here; the receiver is told `tell`, where it is still to be told. */
  | { readonly type: 'end'; readonly code: ErrorCode; readonly tell?: ErrorCode | undefined };

/** What the shell does, in this order. */
export type SendingEffect = { readonly do: 'offer' } | { readonly do: 'withdraw'; readonly code: ErrorCode };

/** What is to be sent next: bytes from an offset on, or the seal of the block that ends there. */
export type FilePart =
  | { readonly type: 'bulk'; readonly offset: number; readonly bytes: number }
  | { readonly type: 'seal'; readonly offset: number };

/** A file that is about to be offered. */
export function startSending(size: number): FileSending {
  return { phase: 'offered', size };
}

/** The next state and what to do. What the receiver says and cannot be true ends it with `link/bad-frame`. */
export function stepSending(
  state: FileSending,
  event: SendingEvent,
): readonly [FileSending, readonly SendingEffect[]] {
  if (state.phase === 'failed' && event.type === 'up') return [state, withdraw(state.told)];
  if (state.phase === 'done' || state.phase === 'failed') return [state, []];
  switch (event.type) {
    case 'up':
      return [state.phase === 'moving' ? pause(state) : state, [{ do: 'offer' }]];
    case 'take':
      return take(state, event.from);
    case 'got':
      return got(state, event.bytes);
    case 'kept': {
      const sealed = state.phase === 'offered' ? 0 : state.sealed;
      return sealed === state.size ? [{ phase: 'done' }, []] : lie();
    }
    case 'decline':
      return [{ phase: 'failed', code: event.code }, []];
    case 'sent':
      return [state.phase === 'moving' ? sent(state, event.part) : state, []];
    case 'end':
      return fail(event.code, event.tell);
  }
}

/** What may be sent now, at most `frameBytes` of the file; `undefined` where nothing may. */
export function nextPart(state: FileSending, frameBytes: number): FilePart | undefined {
  if (state.phase !== 'moving') return undefined;
  const { size, sent: offset, closed, got: has } = state;
  if (offset > closed && isBoundary(offset, size)) return { type: 'seal', offset };
  const bytes = Math.min(frameBytes, blockEnd(offset, size) - offset, has + MAX_AHEAD_BYTES - offset);
  return bytes > 0 ? { type: 'bulk', offset, bytes } : undefined;
}

type Under<Phase extends FileSending['phase']> = Extract<FileSending, { phase: Phase }>;
type Step = readonly [FileSending, readonly SendingEffect[]];

function take(state: Under<'offered' | 'paused' | 'moving'>, from: number): Step {
  const { size } = state;
  if (state.phase === 'offered') {
    if (from !== 0) return lie();
    return [{ phase: 'moving', size, got: 0, sealed: 0, sent: 0, closed: 0 }, []];
  }
  const isPossible = from >= state.got && from <= state.sealed && isBoundary(from, size);
  if (state.phase === 'moving' || !isPossible) return lie();
  return [{ ...state, phase: 'moving', sent: from, closed: from }, []];
}

function got(state: Under<'offered' | 'paused' | 'moving'>, bytes: number): Step {
  if (state.phase === 'offered' || bytes > state.sealed || !isBoundary(bytes, state.size)) return lie();
  return [bytes > state.got ? { ...state, got: bytes } : state, []];
}

function sent(state: Under<'moving'>, part: FilePart): FileSending {
  if (part.type === 'bulk') return { ...state, sent: part.offset + part.bytes };
  return { ...state, closed: part.offset, sealed: Math.max(state.sealed, part.offset) };
}

function pause({ size, got: has, sealed }: Under<'moving'>): FileSending {
  return { phase: 'paused', size, got: has, sealed };
}

function lie(): Step {
  return fail('link/bad-frame', 'link/bad-frame');
}

function fail(code: ErrorCode, told: ErrorCode | undefined): Step {
  return [told ? { phase: 'failed', code, told } : { phase: 'failed', code }, withdraw(told)];
}

function withdraw(code: ErrorCode | undefined): readonly SendingEffect[] {
  return code ? [{ do: 'withdraw', code }] : [];
}
