import { concatBytes, utf8 } from './bytes.js';

/**
 * What a signature is for. The purpose is part of the signed bytes, so that a signature made for one can never be
 * presented as another: a registration challenge is never an envelope (SPEC 2.4).
 */
export type Purpose = 'register' | 'card' | 'envelope' | 'link-proof' | 'name';

/** The bytes that are signed for a purpose: `"conclave/1/" || purpose || 0x00 || bytes`. */
export function signatureInput(purpose: Purpose, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(utf8(`conclave/1/${purpose}`), Uint8Array.of(0), bytes);
}
