import { fromUtf8, seal, unseal, utf8, type SealKey } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { subtle } from '../identity/identity.js';
import { maskPasswords, unmaskPasswords } from '../logic/ice-passwords.js';

/** A description whose ICE passwords only one reader can see. */
export interface SealedDescription {
  readonly sdp: string;
  readonly sealed?: Uint8Array | undefined;
}

/**
 * Seals the ICE passwords of an answer for whoever made the offer. Whoever knows the passwords of both ends can lead
 * the packets of a call away (RFC 8445 section 19); the rendezvous carries both descriptions, and is to know one only.
 */
export async function sealPasswords(
  sdp: string,
  to: Uint8Array | undefined,
  link: Uint8Array,
): Promise<SealedDescription> {
  if (!to) return { sdp };
  const masked = maskPasswords(sdp);
  return { sdp: masked.sdp, sealed: await seal(subtle(), to, link, utf8(masked.passwords.join(' '))) };
}

/** The description as its sender made it; rejects with `link/bad-description` where it was sealed to somebody else. */
export async function openPasswords(
  { sdp, sealed }: SealedDescription,
  key: SealKey<CryptoKey>,
  link: Uint8Array,
): Promise<string> {
  if (!sealed) return sdp;
  const bytes = await unseal(subtle(), key, link, sealed);
  // ASCII or it is no password: a byte that is not is replaced, and refused below.
  const opened =
    bytes && unmaskPasswords({ sdp, passwords: fromUtf8(bytes.map((one) => one & 0x7f)).split(' ') });
  if (opened === undefined) throw new ConclaveError('link/bad-description');
  return opened;
}
