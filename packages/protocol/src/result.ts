import type { ErrorCode } from './codes.js';

/** What a decoder answers: decoders never throw, whatever bytes they are given. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: ErrorCode };

/** A decoded value. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A refusal with its code. */
export function refused(code: ErrorCode): { readonly ok: false; readonly code: ErrorCode } {
  return { ok: false, code };
}
