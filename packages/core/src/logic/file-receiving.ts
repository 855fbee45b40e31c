import type { ErrorCode } from '@conclave/protocol';

import { blockEnd, isBoundary, MAX_AHEAD_BYTES } from './file-blocks.js';

/** A file on its way from one peer, as its receiver keeps it. Numbers are bytes from its start. */
export type FileReceiving =
  /** Nobody has said whether it is wanted. */
  | { readonly phase: 'offered'; readonly size: number }
  /** Wanted, while as many others as may move at a time do. */
  | { readonly phase: 'waiting'; readonly size: number }
  /** `received` have come, `sealed` of them in whole blocks that are being checked, `written` are where they belong. */
  | {
      readonly phase: 'moving';
      readonly size: number;
      readonly received: number;
      readonly sealed: number;
      readonly written: number;
    }
  /** All is written; what it was written to is being closed, which nobody can take back. */
  | { readonly phase: 'closing'; readonly size: number }
  | { readonly phase: 'done' }
  /** `told`: why, as the sender hears it. */
  | { readonly phase: 'failed'; readonly code: ErrorCode; readonly told: ErrorCode };

/** What happens to it. */
export type ReceivingEvent =
  /** The sender says it again, over a new link. */
  | { readonly type: 'file' }
  /** The application wants it. */
  | { readonly type: 'accept' }
  /** It may move now. */
  | { readonly type: 'turn' }
  | { readonly type: 'bulk'; readonly offset: number; readonly bytes: number }
  | { readonly type: 'seal'; readonly offset: number }
  /** All up to here is checked and written. */
  | { readonly type: 'written'; readonly bytes: number }
  | { readonly type: 'closed' }
  /** What it is written to has failed. */
  | { readonly type: 'unwritable' }
  | { readonly type: 'withdraw'; readonly code: ErrorCode }
  /** It ends here; the sender is told `tell`, where it is still to be told. */
  | { readonly type: 'end'; readonly code: ErrorCode; readonly tell?: ErrorCode | undefined };

/** What the shell does, in this order. */
export type ReceivingEffect =
  | { readonly do: 'take'; readonly from: number }
  /** Forgets the bytes of the block that is not whole. */
  | { readonly do: 'drop' }
  /** Puts these bytes to that block. */
  | { readonly do: 'gather' }
  /** That block is whole: compares it with its seal and writes it. */
  | { readonly do: 'check'; readonly end: number }
  | { readonly do: 'got'; readonly bytes: number }
  | { readonly do: 'close' }
  | { readonly do: 'kept' }
  | { readonly do: 'decline'; readonly code: ErrorCode }
  /** Leaves nothing of it behind. */
  | { readonly do: 'discard' };

type Step = readonly [FileReceiving, readonly ReceivingEffect[]];
type Moving = Extract<FileReceiving, { phase: 'moving' }>;

/** The next state and what to do. What does not fit the file, or comes uncalled for, ends it with `file/corrupt`. */
export function stepReceiving(state: FileReceiving, event: ReceivingEvent): Step {
  if (event.type === 'file') return [rewound(state), answer(state)];
  if (state.phase === 'done' || state.phase === 'failed') return [state, []];
  if (event.type === 'unwritable') return fail('file/unwritable', 'file/unwritable');
  if (state.phase === 'closing')
    return event.type === 'closed' ? [{ phase: 'done' }, [{ do: 'kept' }]] : [state, []];
  switch (event.type) {
    case 'accept':
      return [state.phase === 'offered' ? { phase: 'waiting', size: state.size } : state, []];
    case 'turn':
      return state.phase === 'waiting' ? begin(state.size) : [state, []];
    case 'bulk':
      return state.phase === 'moving' ? bulk(state, event.offset, event.bytes) : corrupt();
    case 'seal':
      return state.phase === 'moving' ? seal(state, event.offset) : corrupt();
    case 'written':
      return state.phase === 'moving' ? written(state, event.bytes) : [state, []];
    case 'closed':
      return [state, []];
    case 'withdraw':
      return fail(event.code, undefined);
    case 'end':
      return fail(event.code, event.tell);
  }
}

/** Whole blocks are not asked for again, also where they are still being written. */
function rewound(state: FileReceiving): FileReceiving {
  return state.phase === 'moving' ? { ...state, received: state.sealed } : state;
}

function answer(state: FileReceiving): readonly ReceivingEffect[] {
  switch (state.phase) {
    case 'offered':
    case 'waiting':
      return [];
    case 'moving': {
      const { sealed, written: bytes } = state;
      const got = bytes > 0 ? ([{ do: 'got', bytes }] as const) : [];
      return [{ do: 'drop' }, { do: 'take', from: sealed }, ...got];
    }
    case 'closing':
      return [{ do: 'take', from: state.size }];
    case 'done':
      return [{ do: 'kept' }];
    case 'failed':
      return [{ do: 'decline', code: state.told }];
  }
}

function begin(size: number): Step {
  const take = { do: 'take', from: 0 } as const;
  if (size === 0) return [{ phase: 'closing', size }, [take, { do: 'close' }]];
  return [{ phase: 'moving', size, received: 0, sealed: 0, written: 0 }, [take]];
}

function bulk(state: Moving, offset: number, bytes: number): Step {
  const { size, received, sealed, written: has } = state;
  const isSealDue = received > sealed && isBoundary(received, size);
  const end = offset + bytes;
  const fits = offset === received && bytes > 0 && !isSealDue && end <= blockEnd(offset, size);
  if (!fits || end - has > MAX_AHEAD_BYTES) return corrupt();
  return [{ ...state, received: end }, [{ do: 'gather' }]];
}

function seal(state: Moving, end: number): Step {
  const { size, received, sealed } = state;
  if (end !== received || received === sealed || !isBoundary(received, size)) return corrupt();
  return [{ ...state, sealed: received }, [{ do: 'check', end }]];
}

function written(state: Moving, bytes: number): Step {
  const got = { do: 'got', bytes } as const;
  if (bytes === state.size) return [{ phase: 'closing', size: state.size }, [got, { do: 'close' }]];
  return [{ ...state, written: bytes }, [got]];
}

function corrupt(): Step {
  return fail('file/corrupt', 'file/corrupt');
}

function fail(code: ErrorCode, tell: ErrorCode | undefined): Step {
  const decline = tell ? ([{ do: 'decline', code: tell }] as const) : [];
  return [{ phase: 'failed', code, told: tell ?? code }, [...decline, { do: 'discard' }]];
}
