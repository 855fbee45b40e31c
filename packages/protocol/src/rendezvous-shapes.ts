import { MAX_CARD_BYTES, MAX_RENDEZVOUS_FRAME_BYTES } from './limits.js';
import { decodeValue } from './packing.js';
import { refused, type Result } from './result.js';
import { boundedBytes, checkFrame, count, list, type Forms, type Tagged } from './shapes.js';

/** The number that a request and its answer have in common. */
export const id = count(0xffff_ffff);
/** A sealed envelope. */
export const envelope = boundedBytes(MAX_RENDEZVOUS_FRAME_BYTES);
/** A signed card. */
export const card = boundedBytes(MAX_CARD_BYTES);
/** Protocol versions that somebody speaks. */
export const versions = list(count(0xffff), 8);

/** Decodes a frame between client and rendezvous and holds it against the form of its tag. Never throws. */
export function decodeFrame<const Of extends Forms>(
  forms: Of,
  bytes: Uint8Array,
  maxBytes: number,
): Result<Tagged<'t', Of>> {
  if (bytes.byteLength > maxBytes) return refused('rendezvous/too-large');
  const decoded = decodeValue(bytes, maxBytes);
  return decoded.ok
    ? checkFrame(forms, decoded.value, 'rendezvous/bad-frame')
    : refused('rendezvous/bad-frame');
}
