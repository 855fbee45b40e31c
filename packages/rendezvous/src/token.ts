import { MAX_NAME_LENGTH, MAX_TOKEN_LENGTH, MAX_TOKEN_LIFE_MS, type PeerId } from '@conclave/protocol';
import { compactVerify, errors } from 'jose';

import type { TokenKey } from './keys.js';
import { CLOCK_SKEW_MS, MIN_SECRET_BYTES } from './limits.js';

/** What a token of a key allows. */
export interface Grant {
  /** When it ends, as `Date.now()` counts. */
  readonly expiresAtMs: number;
  /** The only rooms that may be joined, by their names at the rendezvous; all where it is left out. */
  readonly rooms: ReadonlySet<string> | undefined;
  /** Whether TURN servers are told. */
  readonly turn: boolean;
  /** Whom it is for. */
  readonly audiences: readonly unknown[];
  /** The secret of the key that has signed it. */
  readonly secret: Uint8Array;
}

/** Why a token is refused: for the log of the operator, never for the client, who may be a thief. */
export type TokenFault =
  'form' | 'algorithm' | 'kid' | 'secret' | 'signature' | 'audience' | 'lifetime' | 'subject' | 'claims';

/** A token that was checked. */
export type CheckedToken =
  | { readonly ok: true; readonly value: Grant }
  | { readonly ok: false; readonly code: 'auth/token' | 'auth/token-expired'; readonly fault: TokenFault };

/** Whom a token is held against. */
export interface TokenBearer {
  /** The key that was named. */
  readonly keyId: string;
  /** Who registers. */
  readonly peerId: PeerId;
}

/** Three parts of base64url; the last is an HMAC-SHA-256 in the one form that it has, without stray bits. */
const FORM = /^([\w-]+)\.([\w-]+)\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/**
 * Checks a JWT (RFC 7519) of a key: HS256 and nothing else, whatever its header says. Never throws, never rejects.
 * Unknown claims are ignored; a known one of an unexpected form refuses the token.
 */
export async function checkToken(
  token: string,
  key: TokenKey,
  bearer: TokenBearer,
  nowMs: number,
): Promise<CheckedToken> {
  const parts = token.length <= MAX_TOKEN_LENGTH ? FORM.exec(token) : null;
  const header = parts && recordOf(parts[1] as string);
  if (!parts || !header) return refuse('form');
  if (header['alg'] !== 'HS256' || 'crit' in header) return refuse('algorithm');
  if (header['kid'] !== bearer.keyId) return refuse('kid');
  const secrets = key.secrets.filter(({ byteLength }) => byteLength >= MIN_SECRET_BYTES);
  if (secrets.length === 0) return refuse('secret'); // an environment variable that is not set, say
  const secret = await signerOf(token, secrets);
  if (!secret) return refuse('signature');
  const claims = recordOf(parts[2] as string);
  return claims ? checkClaims(claims, key, secret, bearer.peerId, nowMs) : refuse('form');
}

const DEFAULT_AUDIENCE = 'conclave';

/** Whether a token that names these audiences is for a key. */
export function isFor(audiences: readonly unknown[], { audience = DEFAULT_AUDIENCE }: TokenKey): boolean {
  return audiences.includes(audience);
}

function checkClaims(
  { aud, exp, nbf, iat, sub, rooms, turn }: Readonly<Record<string, unknown>>,
  key: TokenKey,
  secret: Uint8Array,
  peerId: PeerId,
  nowMs: number,
): CheckedToken {
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!isFor(audiences, key)) return refuse('audience');
  if (!isTime(exp)) return refuse('lifetime');
  for (const begin of [nbf, iat]) {
    if (begin === undefined) continue;
    if (!isTime(begin) || begin > exp || begin * 1000 > nowMs + CLOCK_SKEW_MS) return refuse('lifetime');
  }
  const expiresAtMs = exp * 1000;
  if (expiresAtMs <= nowMs) return refuse('lifetime', 'auth/token-expired');
  // One that was made for longer is not taken on its last day either.
  const madeAtMs = Math.min(nowMs, isTime(iat) ? iat * 1000 : nowMs);
  if (expiresAtMs > madeAtMs + MAX_TOKEN_LIFE_MS + CLOCK_SKEW_MS) return refuse('lifetime');
  if (sub !== undefined && sub !== peerId) return refuse('subject');
  if (rooms !== undefined && !areRooms(rooms)) return refuse('claims');
  if (turn !== undefined && typeof turn !== 'boolean') return refuse('claims');
  const allowed = rooms && new Set(rooms);
  return { ok: true, value: { expiresAtMs, rooms: allowed, turn: turn ?? false, audiences, secret } };
}

function refuse(fault: TokenFault, code: 'auth/token' | 'auth/token-expired' = 'auth/token'): CheckedToken {
  return { ok: false, code, fault };
}

/** The secret that the token is signed with. */
async function signerOf(token: string, secrets: readonly Uint8Array[]): Promise<Uint8Array | undefined> {
  for (const secret of secrets) {
    try {
      await compactVerify(token, secret, { algorithms: ['HS256'] });
      return secret;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) return undefined;
    }
  }
  return undefined;
}

/** The JSON object in a part of a token. */
function recordOf(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url')),
    );
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // neither base64url of UTF-8, nor JSON
  }
  return undefined;
}

/** A NumericDate (RFC 7519 section 2): seconds, which may have a fraction. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function areRooms(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.every((room) => typeof room === 'string' && room.length > 0 && room.length <= MAX_NAME_LENGTH)
  );
}
