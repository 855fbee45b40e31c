import { MAX_TOKEN_LENGTH } from '@conclave/protocol';

import { ConclaveError, throwIfAborted } from '../errors.js';
import { RENEW_AGAIN_MS, RENEW_BEFORE_MS, TOKEN_TIMEOUT_MS } from './limits.js';
import type { Asked, Requests } from './requests.js';

/** The application's source of tokens. */
export type TokenSource = () => Promise<string>;

/** Asks the application for a token. Rejects with `auth/no-token`, also after 10 s, or with `usage/aborted`. */
export function askToken(source: TokenSource, timeoutMs: number, signal?: AbortSignal): Promise<string> {
  let stop = () => {};
  return new Promise<string>((resolve, reject) => {
    const fail = (cause?: unknown) => {
      const hint = `token() has to give a string of at most ${MAX_TOKEN_LENGTH} characters in time.`;
      reject(new ConclaveError('auth/no-token', { hint, cause }));
    };
    const abort = () => reject(new ConclaveError('usage/aborted', { cause: signal?.reason }));
    const timer = setTimeout(fail, Math.min(timeoutMs, TOKEN_TIMEOUT_MS));
    signal?.addEventListener('abort', abort);
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    Promise.resolve()
      .then(source)
      .then((token: unknown) => {
        if (typeof token === 'string' && token && token.length <= MAX_TOKEN_LENGTH) resolve(token);
        else fail();
      }, fail);
  }).finally(() => stop());
}

/** Renews the token of a registration before it ends, for as long as there is one. */
export interface Renewal {
  /** There is a registration; `lifeMs` where its token ends. */
  start(lifeMs: number | undefined): void;
  /** There is none any more. */
  stop(): void;
}

/** Makes a renewal at rest. What fails is tried again, until the rendezvous ends the registration. */
export function renewal(source: TokenSource | undefined, requests: Requests): Renewal {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked: Asked | undefined;
  let round = new AbortController();

  const stop = () => {
    round.abort();
    round = new AbortController();
    clearTimeout(timer);
    asked?.forget(); // at the next registration a newer token is said
  };
  const wait = (delayMs: number) => {
    const { signal } = round;
    timer = setTimeout(() => {
      renew(signal).catch(() => {
        if (!signal.aborted) wait(RENEW_AGAIN_MS);
      });
    }, delayMs);
  };
  const renew = async (signal: AbortSignal) => {
    const token = source && (await askToken(source, TOKEN_TIMEOUT_MS, signal));
    throwIfAborted(signal);
    if (token === undefined) return;
    asked = requests.ask({ t: 'renew', token });
    const answer = await asked.answered;
    if (!signal.aborted) start(answer.t === 'done' ? answer.tokenLifeMs : 0);
  };
  const start = (lifeMs: number | undefined) => {
    stop();
    // The last minute of a token, or the second half of one that is shorter; never in a hurry.
    if (lifeMs !== undefined) wait(Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs / 2, 1_000));
  };
  return { start, stop };
}
