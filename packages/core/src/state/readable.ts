/** Ends a subscription. Calling it again does nothing. */
export type Unsubscribe = () => void;

/**
 * A value that changes. `get` returns the same reference until something changed, so that it can be compared with
 * `===` and handed to `useSyncExternalStore` as it is.
 */
export interface Readable<T> {
  /** The present value. */
  get(): T;
  /** Calls the listener after each change, not at once. A listener that throws is reported and stops nobody else. */
  subscribe(listener: () => void): Unsubscribe;
}
