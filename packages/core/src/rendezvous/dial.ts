import { MAX_KEY_LENGTH, signCard, VERSIONS, type Signer } from '@conclave/protocol';

import { ConclaveError, throwIfAborted } from '../errors.js';
import type { RendezvousClient } from './rendezvous-client.js';
import { socketClient } from './socket-client.js';
import type { TokenSource } from './token.js';
import { socketUrl } from './urls.js';

/** Who connects, and for how long it is tried. */
export interface ConnectRendezvousOptions {
  /** The key ID that the rendezvous knows. */
  readonly key: string;
  /** Asked for a token at each attempt, and for another before that one ends. */
  readonly token?: TokenSource | undefined;
  readonly signer: Signer<CryptoKey>;
  /** 16 random bytes of this life. */
  readonly epoch: Uint8Array;
  /** Whether the identity outlives the page: said in the card. */
  readonly persistent: boolean;
  /** For all URLs together: each gets an equal share of what is left. */
  readonly timeoutMs: number;
  /** Ends the attempt at once with `usage/aborted`; means nothing once connected. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to the first of the URLs that answers, each tried once, in order. An answer that another URL would not
 * change (a wrong key, say) ends the attempt. Once connected, the client resumes by itself until it is closed, is
 * replaced, or is refused for good: its state says so.
 *
 * Rejects with `rendezvous/invalid-url`, `rendezvous/refused`, `rendezvous/timeout`, `usage/aborted`,
 * `usage/unsupported`, `auth/no-token`, or the code of the refusal; then no socket and no timer is left.
 */
export async function connectRendezvous(
  urls: readonly string[],
  options: ConnectRendezvousOptions,
): Promise<RendezvousClient> {
  const { key, token, signer, epoch, persistent, timeoutMs, signal } = options;
  const socketUrls = urls.map(socketUrl);
  if (socketUrls.length === 0) throw new ConclaveError('rendezvous/invalid-url', { hint: 'Name a URL.' });
  if (key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw new ConclaveError('usage/invalid-argument', {
      hint: `A key has 1 to ${MAX_KEY_LENGTH} characters.`,
    });
  }
  throwIfAborted(signal);
  const card = await signCard(signer, { epoch, versions: VERSIONS, persistent });
  const client = socketClient(socketUrls, { key, token, signer, epoch, card });
  const endsAtMs = performance.now() + timeoutMs;
  let failure: unknown;
  for (const index of socketUrls.keys()) {
    const shareMs = (endsAtMs - performance.now()) / (socketUrls.length - index);
    try {
      await client.dial(index, Math.max(0, shareMs), signal);
      return client.port;
    } catch (error) {
      failure = error;
      if (!(error instanceof ConclaveError && error.retryable)) break;
    }
  }
  await client.port.close();
  throw failure;
}
