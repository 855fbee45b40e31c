import { MAX_TOKEN_LENGTH } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { RENEW_AGAIN_MS, RENEW_BEFORE_MS } from './limits.js';
import type { Requests } from './requests.js';

/** The application's source of tokens. */
export type TokenSource = () => Promise<string>;

/** Asks the application for a token, if it has a source of them. Rejects with `auth/no-token`. */
export async function askToken(source: TokenSource | undefined): Promise<string | undefined> {
  if (!source) return undefined;
  let cause: unknown;
  try {
    const token: unknown = await source();
    if (typeof token === 'string' && token && token.length <= MAX_TOKEN_LENGTH) return token;
  } catch (thrown) {
    cause = thrown;
  }
  throw new ConclaveError('auth/no-token', { cause });
}

/**
 * Renews the token of a registration before it ends. To be told of each registration, and how long its token lasts,
 * and of each loss. What fails, or hangs, is tried again, until the rendezvous ends the registration.
 */
export function renewal(source: TokenSource | undefined, requests: Requests): (lifeMs?: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const renew = () => {
    timer = setTimeout(renew, RENEW_AGAIN_MS);
    askToken(source)
      .then((token) => (token ? requests.ask({ t: 'renew', token }).answered : undefined))
      .then((answer) => {
        if (answer?.t === 'done') lasts(answer.tokenLifeMs);
      })
      .catch(() => {});
  };
  const lasts = (lifeMs?: number) => {
    clearTimeout(timer);
    // The last minute of a token, or the second half of one that is shorter; never in a hurry.
    if (lifeMs !== undefined)
      timer = setTimeout(renew, Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs / 2, 1_000));
  };
  return lasts;
}
