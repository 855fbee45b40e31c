import { ERROR_CODES, type ErrorCode } from '@conclave/protocol';

/** What the code alone does not say. */
export interface ErrorDetails {
  /** What to do about it, for the developer who reads the message. */
  readonly hint?: string | undefined;
  /** What was thrown underneath. */
  readonly cause?: unknown;
  /** For how long trying again is pointless, where the refuser said so. */
  readonly retryAfterMs?: number | undefined;
}

const RETRYABLE: ReadonlySet<ErrorCode> = new Set([
  'rendezvous/refused',
  'rendezvous/timeout',
  'rendezvous/lost',
  'rendezvous/unavailable',
  'rendezvous/shutting-down',
  'rendezvous/rate-limited',
  'rendezvous/full',
  'auth/token-expired', // the same call asks for a new one
  'auth/no-token',
  'peer/unreachable',
  'peer/lost',
  'link/failed',
  'link/limit',
  'identity/timeout',
  'stream/limit',
  'stream/expired',
  'stream/stalled',
  'room/full',
  'media/in-use',
] satisfies ErrorCode[]);

/** Every failure of Conclave. `code` is for programs and stable; `message` is for people. */
export class ConclaveError extends Error {
  /** Tells this error from others, also across copies of the package. */
  override readonly name = 'ConclaveError';
  /** What went wrong. */
  readonly code: ErrorCode;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** For how long trying again is pointless, where known. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(`${code}: ${ERROR_CODES[code]}${details.hint ? ` ${details.hint}` : ''}`, { cause: details.cause });
    this.code = code;
    this.retryable = RETRYABLE.has(code);
    this.hint = details.hint;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Rejects with the reason of an AbortSignal as `usage/aborted`. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new ConclaveError('usage/aborted', { cause: signal.reason });
}

/** The code of a failure, whatever was thrown. */
export function codeOf(error: unknown, otherwise: ErrorCode): ErrorCode {
  return error instanceof ConclaveError ? error.code : otherwise;
}
