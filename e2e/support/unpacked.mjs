// Descriptions as whoever may read them reads them.
import { inflateRawSync } from 'node:zlib';

/**
 * The body with its description as text.
 *
 * @template T
 * @param {T} body
 * @returns {T}
 */
export function unpacked(body) {
  const { packed, ...rest } = /** @type {{ packed?: unknown }} */ (body);
  if (!(packed instanceof Uint8Array)) return body;
  return /** @type {T} */ ({ ...rest, sdp: inflateRawSync(packed).toString() });
}
