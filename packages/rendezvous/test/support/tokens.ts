import { createHmac } from 'node:crypto';

import type { TokenKey } from '@conclave/rendezvous';

import { random } from './raw-client.js';

/** A secret, as an operator makes one. */
export const newSecret = (bytes = 32): Uint8Array => random(bytes);

/** A key that asks for tokens. */
export function tokenKey(tenant: string, secret: Uint8Array, change: Partial<TokenKey> = {}): TokenKey {
  return { mode: 'token', tenant, secrets: [secret], ...change };
}

/** What a token says; `exp` is 60 s from now where nothing else is said. */
export type Claims = Readonly<Record<string, unknown>>;

/** Seconds from now, as a claim has them. */
export const inSeconds = (seconds: number): number => Date.now() / 1000 + seconds;

/** A token of the key `prod`, with what a test changes; made by hand, so that it can be anything. */
export function tokenOf(secret: Uint8Array, claims: Claims = {}, header: Claims = {}): string {
  const head = { alg: 'HS256', kid: 'prod', typ: 'JWT', ...header };
  return signed(
    secret,
    JSON.stringify(head),
    JSON.stringify({ aud: 'conclave', exp: inSeconds(60), ...claims }),
  );
}

/** A token of any header and payload, with an HMAC over them. */
export function signed(secret: Uint8Array, header: string, payload: string, hash = 'sha256'): string {
  const said = `${base64url(header)}.${base64url(payload)}`;
  return `${said}.${createHmac(hash, secret).update(said).digest('base64url')}`;
}

/** As the parts of a JWT are written. */
export function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
