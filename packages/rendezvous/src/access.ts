import { equalBytes, type ErrorCode, type IceServer, type PeerId } from '@conclave/protocol';

import type { KeyEntry, KeyLimits, OpenKey, TokenKey } from './keys.js';
import { checkToken, isFor, type Grant, type TokenFault } from './token.js';

/** Who asks to be let in, and what it shows. */
export interface Applicant {
  readonly keyId: string;
  readonly peerId: PeerId;
  readonly token: string | undefined;
  /** Of the page that has dialled, `undefined` where no browser says one. */
  readonly pageOrigin: string | undefined;
}

/** What a client may do here, by its key and its token. */
export interface Access {
  readonly keyId: string;
  /** Of the page that was let in, `undefined` where no browser has said one. */
  readonly pageOrigin: string | undefined;
  /** The partition that the key names. */
  readonly tenant: string;
  /** What the token says, where the key asks for one. */
  readonly grant: Grant | undefined;
  readonly turn: boolean;
  readonly limits: KeyLimits;
}

/** An applicant that was checked; `fault` is for the log. */
export type CheckedApplicant =
  | { readonly ok: true; readonly value: Access }
  | { readonly ok: false; readonly code: ErrorCode; readonly fault?: TokenFault };

/** Whether a key can be used from a page of this origin, `undefined` where no browser says one. Cheap: to be asked first. */
export function admitPage(
  entry: KeyEntry | undefined,
  pageOrigin: string | undefined,
):
  | { readonly ok: true; readonly value: OpenKey | TokenKey }
  | { readonly ok: false; readonly code: ErrorCode } {
  if (!entry) return { ok: false, code: 'auth/unknown-key' };
  if (entry.mode === 'revoked') return { ok: false, code: 'auth/revoked' };
  const { origins } = entry;
  if (origins && pageOrigin !== undefined && !origins.includes(pageOrigin))
    return { ok: false, code: 'auth/page-origin' };
  return { ok: true, value: entry };
}

/** What a key and a token allow. */
export async function accessOf(entry: OpenKey | TokenKey, applicant: Applicant): Promise<CheckedApplicant> {
  const { keyId, token, pageOrigin } = applicant;
  const { tenant, limits = {} } = entry;
  const common = { keyId, pageOrigin, tenant, limits };
  if (entry.mode === 'open')
    return { ok: true, value: { ...common, grant: undefined, turn: entry.turn ?? false } };
  if (token === undefined) return { ok: false, code: 'auth/token-missing' };
  const checked = await checkToken(token, entry, applicant, Date.now());
  if (!checked.ok) return checked;
  return { ok: true, value: { ...common, grant: checked.value, turn: checked.value.turn } };
}

/** Why somebody who was let in may not stay, now that its key is this; `undefined` where nothing has changed for it. */
export function whyNotAnyMore(
  { tenant, grant, pageOrigin }: Access,
  entry: KeyEntry | undefined,
): ErrorCode | undefined {
  if (!entry) return 'auth/revoked'; // it was known
  const page = admitPage(entry, pageOrigin);
  if (!page.ok) return page.code;
  const key = page.value;
  if (key.tenant !== tenant) return 'rendezvous/unavailable'; // whoever comes back finds itself in the other partition
  if (key.mode === 'open') return undefined;
  if (!grant) return 'auth/token-missing';
  const isSigned = key.secrets.some((secret) => equalBytes(secret, grant.secret));
  return isSigned && isFor(grant.audiences, key) ? undefined : 'auth/token';
}

/** How long the token lasts from now on; `undefined` where there is none. */
export function tokenLifeMs({ grant }: Access): number | undefined {
  return grant && Math.max(0, Math.floor(grant.expiresAtMs - Date.now()));
}

/** The ICE servers that a client is told of: without TURN where it may have none. */
export function iceServersFor({ turn }: Access, iceServers: readonly IceServer[]): IceServer[] {
  if (turn) return [...iceServers];
  return iceServers
    .map(({ urls }) => ({ urls: urls.filter((url) => /^stun:/i.test(url)) }))
    .filter(({ urls }) => urls.length > 0);
}
