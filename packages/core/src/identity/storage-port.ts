import type { Unsubscribe } from '../state/readable.js';

/** A name that is held by one holder of a storage at a time. */
export interface StorageLock {
  /** Aborted once somebody has stolen it. */
  readonly lost: AbortSignal;
  /** Gives it back; resolves once another holder can have it. Does nothing where it was lost or given back. */
  release(): Promise<void>;
}

/**
 * Where identities and address books are kept: records by key, shared by all tabs or processes that open the same
 * storage. `indexedDbStorage()` and `memoryStorage()` are two; who writes another lets it pass `storageCases`
 * (all from `@conclave/core/known-peers`).
 *
 * A method that fails rejects, and then nothing has changed. Keys are text of up to 300 characters, any characters.
 */
export interface StoragePort {
  /**
   * `values`: whatever can be structured-cloned, keys of WebCrypto among it, so that private keys stay where nobody can
   * read them. `bytes`: `Uint8Array` only. A private key is then **stored as readable bytes** (PKCS #8): whoever reads
   * the storage can be this peer, so it needs the protection of a password file.
   */
  readonly holds: 'values' | 'bytes';
  /** The record of a key, as a copy; `undefined` where there is none. */
  get(key: string): Promise<unknown>;
  /**
   * Replaces a record by what `change` makes of it, as one step: nobody else changes it in between. `undefined` stands
   * for no record. Resolves with the new record once it is stored for good. Where `change` throws, nothing is stored
   * and that error is the rejection. `change` is called once, and must do nothing but compute.
   */
  update(key: string, change: (record: unknown) => unknown): Promise<unknown>;
  /**
   * Calls the listener after the record of a key was changed through another opening of the same storage; it may also
   * call it after changes through this one. A storage that cannot know of others' changes never calls.
   */
  watch(key: string, listener: () => void): Unsubscribe;
  /**
   * Takes a name that only one holder has at a time, until it is released or the holder is gone (a closed page, an
   * ended process). Waits for it until the signal is aborted, then rejects with the signal's reason. `steal` takes it
   * at once from whoever holds it: that one's `lost` is aborted.
   */
  lock(
    name: string,
    options: { readonly steal: boolean; readonly signal: AbortSignal },
  ): Promise<StorageLock>;
}
