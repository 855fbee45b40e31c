import { cell } from '../state/cell.js';
import { deferred } from '../state/deferred.js';
import type { StorageLock, StoragePort } from './storage-port.js';

interface Holding {
  /** Ends it as theft does. */
  readonly steal: () => void;
  /** Resolves once it is given back or stolen. */
  readonly ended: Promise<void>;
}

/**
 * A storage that ends with the page or process: for tests, and as the model for one of your own. All who use the same
 * object share it, as tabs share IndexedDB. `holds` is `values` unless told otherwise.
 */
export function memoryStorage(options: { readonly holds?: StoragePort['holds'] } = {}): StoragePort {
  const records = new Map<string, unknown>();
  const holdings = new Map<string, Holding>();
  const lastChanged = cell<{ readonly key: string } | undefined>(undefined);

  const hold = (name: string): StorageLock => {
    const lost = new AbortController();
    const { promise: ended, resolve } = deferred();
    const end = () => {
      if (holdings.get(name) === holding) holdings.delete(name);
      resolve();
    };
    const holding: Holding = {
      ended,
      steal() {
        end();
        lost.abort();
      },
    };
    holdings.set(name, holding);
    return { lost: lost.signal, release: async () => end() };
  };

  return {
    holds: options.holds ?? 'values',
    async get(key) {
      return structuredClone(records.get(key));
    },
    async update(key, change) {
      const next = structuredClone(change(structuredClone(records.get(key))));
      if (next === undefined) records.delete(key);
      else records.set(key, next);
      lastChanged.set({ key });
      return structuredClone(next);
    },
    watch: (key, listener) =>
      lastChanged.subscribe(() => {
        if (lastChanged.get()?.key === key) listener();
      }),
    async lock(name, { steal, signal }) {
      if (steal) holdings.get(name)?.steal();
      for (;;) {
        signal.throwIfAborted();
        const holding = holdings.get(name);
        if (!holding) return hold(name);
        await Promise.race([holding.ended, aborted(signal)]);
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
