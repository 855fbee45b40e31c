import type { ErrorCode, PeerId, Signer, Subtle } from '@conclave/protocol';

import { ConclaveError, throwIfAborted } from '../errors.js';
import { checkName } from '../names.js';
import { indexedDbStorage } from './indexed-db.js';
import { keptSigner } from './key-record.js';
import { adopt, generateSigner, withdraw } from './signer.js';
import type { StorageLock, StoragePort } from './storage-port.js';

/** How to hold an identity. */
export interface PersistentOptions {
  /** Where it is kept: IndexedDB by default, a storage of your own in Node. */
  readonly storage?: StoragePort;
  /**
   * What to do while another page or process holds it: `reject` with `identity/in-use` (default); be somebody else for
   * this page load, `ephemeral`; or `steal` it, which ends it for the other one (see {@link HeldIdentity.lost}).
   */
  readonly whenInUse?: 'reject' | 'ephemeral' | 'steal';
  /** Ends the attempt at once with `usage/aborted`. */
  readonly signal?: AbortSignal;
}

/** An identity that is held by this page, or process, alone. */
export interface HeldIdentity {
  /** The ID that the public key has: the same wherever this identity connects. */
  readonly peerId: PeerId;
  /** Whether it outlives the page: `false` only where it was in use and `ephemeral` was asked for. */
  readonly persistent: boolean;
  /**
   * Aborted, with `identity/in-use` as its reason, once another page has stolen it. Nothing is signed with it here any
   * more: `connect` throws that code, and a connection cannot return to the rendezvous, where the thief's replaces it
   * (`rendezvous/replaced`). Links that stand go on until the thief links with the same peers: close the connection.
   */
  readonly lost: AbortSignal;
  /**
   * Gives it back; resolves once another page can hold it. It signs no more: close its connections before. The end of
   * the page does the same.
   */
  release(): Promise<void>;
}

/** How long to wait for a tab that is on its way out, closed or crashed; a reload lets go before the new page runs. */
const PATIENCE_MS = 1_000;

/** Holds the identity of a name; see `Identity.persistent`. */
export async function holdIdentity(name: string, options: PersistentOptions = {}): Promise<HeldIdentity> {
  const { storage = indexedDbStorage(), whenInUse = 'reject', signal } = options;
  checkName(name, 'The name of an identity');
  const lock = await take(storage, name, whenInUse === 'steal', signal);
  if (!lock) {
    if (whenInUse === 'ephemeral') return hold(await generateSigner(), false, noLock);
    throw inUse();
  }
  try {
    const signer = await keptSigner(storage, recordOf(name));
    throwIfAborted(signal);
    if (lock.lost.aborted) throw inUse();
    return hold(signer, true, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Deletes the identity of a name; see `Identity.forget`. */
export async function forgetIdentity(
  name: string,
  options: Pick<PersistentOptions, 'storage' | 'signal'> = {},
): Promise<void> {
  const { storage = indexedDbStorage(), signal } = options;
  checkName(name, 'The name of an identity');
  const lock = await take(storage, name, false, signal);
  if (!lock) throw inUse();
  try {
    await storage.update(recordOf(name), () => undefined);
  } finally {
    await lock.release();
  }
}

const recordOf = (name: string) => `identity/${name}`;
const inUse = () =>
  new ConclaveError('identity/in-use', { hint: 'Release it there, or choose another `whenInUse`.' });

const noLock: StorageLock = { lost: new AbortController().signal, release: async () => undefined };

/** The lock of a name, or `undefined` where somebody else keeps it. */
async function take(
  storage: StoragePort,
  name: string,
  steal: boolean,
  signal: AbortSignal | undefined,
): Promise<StorageLock | undefined> {
  throwIfAborted(signal);
  const waiting = new AbortController();
  const abort = () => waiting.abort();
  const timer = setTimeout(abort, PATIENCE_MS);
  signal?.addEventListener('abort', abort);
  try {
    return await storage.lock(name, { steal, signal: waiting.signal });
  } catch (error) {
    throwIfAborted(signal);
    if (waiting.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function hold(signer: Signer<CryptoKey>, persistent: boolean, lock: StorageLock): HeldIdentity {
  const lost = new AbortController();
  let ended: ErrorCode | undefined;
  const end = (code: ErrorCode) => {
    if (ended) return;
    ended = code;
    withdraw(identity, code);
  };
  const identity: HeldIdentity = Object.freeze({
    peerId: signer.peerId,
    persistent,
    lost: lost.signal,
    async release() {
      end('usage/closed');
      await lock.release();
    },
  });
  lock.lost.addEventListener('abort', () => {
    end('identity/in-use');
    if (ended === 'identity/in-use') lost.abort(inUse());
  });
  // Connections have the signer already: one that resumes after the theft would replace the thief's.
  return adopt(identity, { ...signer, subtle: signingWhile(signer.subtle, () => ended) });
}

/** WebCrypto that refuses to sign once there is a reason not to. */
function signingWhile(crypto: Subtle<CryptoKey>, refusal: () => ErrorCode | undefined): Subtle<CryptoKey> {
  return {
    digest: (...args) => crypto.digest(...args),
    verify: (...args) => crypto.verify(...args),
    importKey: (...args) => crypto.importKey(...args),
    async sign(...args) {
      const code = refusal();
      if (code) throw new ConclaveError(code);
      return crypto.sign(...args);
    },
  };
}
