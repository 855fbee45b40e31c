import { canonical } from './bytes.js';
import type { PeerId } from './identity.js';

/** What a client signs to register (purpose `register`, SPEC 5.2). */
export interface Registration {
  /** Scheme, host and port of the URL that was dialled, as `URL.origin` writes it with http for ws. */
  readonly origin: string;
  readonly key: string;
  readonly challenge: Uint8Array;
  readonly nonce: Uint8Array;
  readonly peerId: PeerId;
  readonly epoch: Uint8Array;
  readonly versions: readonly number[];
}

/** The canonical bytes of a registration. */
export function registrationBytes(registration: Registration): Uint8Array<ArrayBuffer> {
  const { origin, key, challenge, nonce, peerId, epoch, versions } = registration;
  return canonical([origin, key, challenge, nonce, peerId, epoch, canonical(versions)]);
}

/**
 * The origin of a rendezvous URL as both sides write it: `wss://a.example/x` is `https://a.example`.
 * `undefined` where the URL is not a ws:, wss:, http: or https: URL.
 */
export function rendezvousOrigin(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, origin } = new URL(url);
  return /^(?:ws|http)s?:$/.test(protocol) ? origin.replace(/^ws/, 'http') : undefined;
}
