import type { PeerId } from '@conclave/protocol';

import type { HeldIdentity, PersistentOptions } from './persistent.js';
import { adopt, generateSigner } from './signer.js';

export { randomBytes, signerOf, subtle } from './signer.js';

/** A key pair that makes a peer who it is. The private key cannot be exported. */
export interface Identity {
  /** The ID that the public key has: the same wherever this identity connects. */
  readonly peerId: PeerId;
  /** Whether it outlives the page. */
  readonly persistent: boolean;
}

/** Makes identities. */
export const Identity = {
  /** An identity for this page load: nothing links it to an earlier or a later one. */
  async create(): Promise<Identity> {
    const signer = await generateSigner();
    return adopt(Object.freeze({ peerId: signer.peerId, persistent: false }), signer);
  },

  /**
   * The identity that this browser keeps for this origin under a name of 1 to 256 characters: made at first use, the
   * same ID ever after. It is held until `release` or the end of the page; one page holds it at a time. In Node give a
   * {@link StoragePort}.
   *
   * Rejects with `identity/in-use` (see {@link PersistentOptions.whenInUse}); with `identity/bad-key` where what is
   * stored cannot be used: it is never replaced silently, see {@link Identity.forget}; with `usage/invalid-argument`,
   * `usage/aborted`, and `usage/unsupported` where nothing can be stored.
   *
   * @example
   * ```ts
   * const identity = await Identity.persistent('main');
   * const connection = await connect('ws://localhost:8787', { key: 'demo', identity });
   * identity.lost.addEventListener('abort', () => void connection.close());
   * ```
   */
  async persistent(name: string, options?: PersistentOptions): Promise<HeldIdentity> {
    return (await import('./persistent.js')).holdIdentity(name, options);
  },

  /**
   * Deletes the identity kept under a name, for good: the next use of the name makes a new one, with another ID.
   * Rejects with `identity/in-use` while somebody holds it, and otherwise as {@link Identity.persistent}.
   */
  async forget(name: string, options?: Pick<PersistentOptions, 'storage' | 'signal'>): Promise<void> {
    return (await import('./persistent.js')).forgetIdentity(name, options);
  },
};
