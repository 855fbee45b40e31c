import { ConclaveError } from '../errors.js';
import { deferred } from '../state/deferred.js';
import type { StorageLock, StoragePort } from './storage-port.js';

/** Of the database, of the channel that tells other tabs of changes, and what the names of locks begin with. */
const NAME = 'conclave';
const STORE = 'records';

/**
 * The storage of this origin in IndexedDB, with the Web Lock `conclave/<name>` for each name held (W3C Web Locks). All
 * tabs of the origin share it; another browser profile, or a private window, has its own. Throws `usage/unsupported`
 * where there is no IndexedDB or no Web Locks; its methods reject with that code where the browser refuses to store.
 */
export function indexedDbStorage(): StoragePort {
  const place = globalThis as Partial<Pick<typeof globalThis, 'indexedDB' | 'navigator'>>;
  const { indexedDB: factory } = place;
  const locks = (place.navigator as Partial<Navigator> | undefined)?.locks;
  if (!factory || !locks) {
    throw new ConclaveError('usage/unsupported', {
      hint: 'There is no IndexedDB with Web Locks here (they need https or localhost): give a `storage`.',
    });
  }
  let database: Promise<IDBDatabase> | undefined;
  const opened = () =>
    (database ??= open(factory, () => {
      database = undefined;
    }));
  let channel: BroadcastChannel | undefined;
  const changes = () => (channel ??= new BroadcastChannel(NAME));

  return {
    holds: 'values',
    async get(key) {
      return transact(await opened(), 'readonly', (store, done) => {
        const request = store.get(key);
        request.onsuccess = () => done(() => request.result);
      });
    },
    async update(key, change) {
      const record = await transact(await opened(), 'readwrite', (store, done) => {
        const request = store.get(key);
        request.onsuccess = () =>
          done(() => {
            const next = change(request.result);
            if (next === undefined) store.delete(key);
            else store.put(next, key);
            return next;
          });
      });
      changes().postMessage(key);
      return record;
    },
    watch(key, listener) {
      const hear = ({ data }: MessageEvent<unknown>) => {
        if (data === key) listener();
      };
      const heard = changes();
      heard.addEventListener('message', hear);
      return () => heard.removeEventListener('message', hear);
    },
    lock: (name, options) => requestLock(locks, `${NAME}/${name}`, options),
  };
}

/** Opens the database; `gone` is called when it has to be opened again. */
function open(factory: IDBFactory, gone: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, 1);
    const fail = () => {
      gone();
      reject(unsupported(request.error));
    };
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onerror = fail;
    request.onsuccess = () => {
      const { result } = request;
      result.onclose = gone;
      // A later version of this code in another tab must not wait for us.
      result.onversionchange = () => {
        result.close();
        gone();
      };
      resolve(result);
    };
  });
}

/** Runs one transaction; resolves with what `done` was told to compute once all of it is on the disk. */
function transact(
  database: IDBDatabase,
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore, done: (compute: () => unknown) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    let value: unknown;
    let thrown: { readonly error: unknown } | undefined;
    const store = transaction.objectStore(STORE);
    transaction.oncomplete = () => resolve(value);
    transaction.onabort = () => reject(thrown ? (thrown.error as Error) : unsupported(transaction.error));
    run(store, (compute) => {
      try {
        value = compute();
      } catch (error) {
        thrown = { error };
        transaction.abort();
      }
    });
  });
}

function requestLock(
  locks: LockManager,
  name: string,
  { steal, signal }: { readonly steal: boolean; readonly signal: AbortSignal },
): Promise<StorageLock> {
  const granted = deferred<StorageLock>();
  const givenBack = deferred();
  const lost = new AbortController();
  const held = () => {
    const release = async () => {
      givenBack.resolve();
      await ended;
    };
    granted.resolve({ lost: lost.signal, release });
    return givenBack.promise;
  };
  // `steal` does not wait, and must not come with a signal. A lock that was granted is refused by theft only.
  const ended = locks.request(name, steal ? { steal } : { signal }, held).catch((error: unknown) => {
    lost.abort();
    granted.reject(error);
  });
  return granted.promise;
}

function unsupported(cause: unknown): ConclaveError {
  const name = cause instanceof Error ? ` (${cause.name})` : '';
  return new ConclaveError('usage/unsupported', { hint: `The browser refuses to store this${name}.`, cause });
}
