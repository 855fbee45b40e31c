import type { Readable, Unsubscribe } from './readable.js';
import { reportError } from './report.js';

/** A {@link Readable} and the means to change it. */
export interface Cell<T> extends Readable<T> {
  /** Replaces the value; does nothing where it is the same already. */
  set(value: T): void;
  /** The same value for those who may only read. */
  readonly readable: Readable<T>;
}

/** Makes a cell. */
export function cell<T>(initial: T): Cell<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const readable: Readable<T> = {
    get: () => value,
    subscribe(listener): Unsubscribe {
      const entry = () => {
        listener();
      }; // one entry a call, even for the same listener twice
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
  return {
    ...readable,
    readable,
    set(next) {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of [...listeners]) {
        try {
          listener();
        } catch (error) {
          reportError(error);
        }
      }
    },
  };
}
