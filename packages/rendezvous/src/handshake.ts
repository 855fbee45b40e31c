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
  type Result,
  type Subtle,
} from '@conclave/protocol';
import { webcrypto } from 'node:crypto';

import type { Keys } from './keys.js';

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
  readonly tenant: string;
  readonly peerId: PeerId;
  readonly version: number;
}

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
 * challenge, that the key is of the one accepted form, and that whoever sent it holds the private key.
 */
export async function checkRegistration(
  context: HandshakeContext,
  message: RegisterMessage,
  challenge: Challenge,
): Promise<Result<Registrant>> {
  const { key, origin, nonce, epoch, versions, spki, signature } = message;
  const tenant = await context.keys.tenantOf(key);
  if (!tenant) return { ok: false, code: 'auth/unknown-key' };
  if (!context.isOwnOrigin(origin)) return { ok: false, code: 'auth/origin' };
  if (performance.now() - challenge.givenAtMs > CHALLENGE_LIFETIME_MS)
    return { ok: false, code: 'auth/challenge' };
  const version = commonVersion(versions);
  if (version === undefined) return { ok: false, code: 'rendezvous/version' };
  const peerId = isSpki(spki) ? await peerIdOf(subtle, spki) : undefined;
  if (peerId === undefined) return { ok: false, code: 'identity/bad-key' };
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
  return { ok: true, value: { tenant: tenant.id, peerId, version } };
}
