import type { KeyEntry, Keys } from '@conclave/rendezvous';

/** Keys that a test changes. */
export interface ChangingKeys extends Keys {
  /** Sets an entry, or takes it away, and tells the rendezvous. */
  set(keyId: string, entry: KeyEntry | undefined): void;
}

export function changingKeys(first: Readonly<Record<string, KeyEntry>>): ChangingKeys {
  const entries = new Map(Object.entries(first));
  const listeners = new Set<() => void>();
  return {
    entryOf: async (keyId) => entries.get(keyId),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(keyId, entry) {
      if (entry) entries.set(keyId, entry);
      else entries.delete(keyId);
      for (const listener of [...listeners]) listener();
    },
  };
}
