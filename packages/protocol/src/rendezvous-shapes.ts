import type * as v from 'valibot';

import { MAX_CARD_BYTES, MAX_RENDEZVOUS_FRAME_BYTES } from './limits.js';
import { decodeValue } from './packing.js';
import { refused } from './result.js';
import { boundedBytes, check, count, list } from './shapes.js';

/** The number that a request and its answer have in common. */
export const id = count(0xffff_ffff);
/** A sealed envelope. */
export const envelope = boundedBytes(MAX_RENDEZVOUS_FRAME_BYTES);
/** A signed card. */
export const card = boundedBytes(MAX_CARD_BYTES);
/** Protocol versions that somebody speaks. */
export const versions = list(count(0xffff), 8);

/** Decodes a frame between client and rendezvous and holds it against its schema. Never throws. */
export function decodeFrame<const Schema extends v.GenericSchema>(
  schema: Schema,
  bytes: Uint8Array,
  maxBytes: number,
) {
  if (bytes.byteLength > maxBytes) return refused('rendezvous/too-large');
  const decoded = decodeValue(bytes, maxBytes);
  return decoded.ok ? check(schema, decoded.value, 'rendezvous/bad-frame') : refused('rendezvous/bad-frame');
}
