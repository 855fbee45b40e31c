import {
  CHALLENGE_LIFETIME_MS,
  commonVersion,
  equalBytes,
  isSpki,
  openCard,
  peerIdOf,
  registrationBytes,
  verify,
  type ClientMessage,
  type PeerId,
  type ErrorCode,
  type Subtle,
} from '@conclave/protocol';
import { webcrypto } from 'node:crypto';

import { accessOf, admitPage, type Access } from './access.js';
import type { Keys } from './keys.js';
import type { TokenFault } from './token.js';

/** WebCrypto of Node, as the protocol uses it. */
const subtle = webcrypto.subtle as unknown as Subtle<unknown>;

/** The first frame of a client. */
export type RegisterMessage = Extract<ClientMessage, { t: 'register' }>;

/** A challenge as it was given to one socket. */
export interface Challenge {
  readonly bytes: Uint8Array;
  /** On the clock of `performance.now()`. */
  readonly givenAtMs: number;
}

/** Who a client has proven to be. */
export interface Registrant {
  readonly access: Access;
  readonly peerId: PeerId;
  readonly version: number;
}

/** A registration that was checked; `fault` is for the log. */
export type CheckedRegistration =
  | { readonly ok: true; readonly value: Registrant }
  | { readonly ok: false; readonly code: ErrorCode; readonly fault?: TokenFault };

/** What a registration is held against. */
export interface HandshakeContext {
  readonly keys: Keys;
  /** Whether this server is dialled under an origin. */
  isOwnOrigin(origin: string): boolean;
}

/** Makes a challenge. */
export function newChallenge(): Challenge {
  return { bytes: webcrypto.getRandomValues(new Uint8Array(32)), givenAtMs: performance.now() };
}

/**
 * Checks a registration (SPEC 5.2), cheap things first: the key ID, that it was made for this rendezvous, for this
 * challenge, that the public key is of the one accepted form, the token, and that whoever sent it holds the private
 * key. `pageOrigin` is what a browser says of the page that dials; programs say nothing.
 */
export async function checkRegistration(
  context: HandshakeContext,
  message: RegisterMessage,
  challenge: Challenge,
  pageOrigin: string | undefined,
): Promise<CheckedRegistration> {
  const { key, origin, nonce, epoch, versions, spki, signature, token } = message;
  const entry = admitPage(await context.keys.entryOf(key), pageOrigin);
  if (!entry.ok) return entry;
  if (!context.isOwnOrigin(origin)) return { ok: false, code: 'auth/origin' };
  if (performance.now() - challenge.givenAtMs > CHALLENGE_LIFETIME_MS)
    return { ok: false, code: 'auth/challenge' };
  const version = commonVersion(versions);
  if (version === undefined) return { ok: false, code: 'rendezvous/version' };
  const peerId = isSpki(spki) ? await peerIdOf(subtle, spki) : undefined;
  if (peerId === undefined) return { ok: false, code: 'identity/bad-key' };
  const access = await accessOf(entry.value, { keyId: key, peerId, token, pageOrigin });
  if (!access.ok) return access;
  const signed = registrationBytes({
    origin,
    key,
    challenge: challenge.bytes,
    nonce,
    peerId,
    epoch,
    versions,
  });
  if (!(await verify(subtle, 'register', spki, signature, signed)))
    return { ok: false, code: 'auth/signature' };
  const card = await openCard(subtle, message.card);
  if (!card.ok) return { ok: false, code: 'auth/signature' };
  if (card.value.peerId !== peerId || !equalBytes(card.value.epoch, epoch))
    return { ok: false, code: 'auth/signature' };
  return { ok: true, value: { access: access.value, peerId, version } };
}
