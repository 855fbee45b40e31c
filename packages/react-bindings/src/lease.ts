import { ConclaveError, type Unsubscribe } from '@conclave/core';

/** Takes a hold on what the key names, and opens it where nobody holds it yet. The returned function lets go. */
export type Lease<K> = (key: K) => Unsubscribe;

interface Held<K> {
  readonly key: K;
  readonly close: () => void;
  holders: number;
}

/**
 * Keeps one thing open while somebody holds it. It is closed at the end of the turn in which the last holder let go, not
 * at once: StrictMode, fast refresh and a changed `key` take effects down and put them up again within one turn, and
 * must find the same connection. Another key takes over where nobody holds the former; while somebody does, taking a
 * hold throws `usage/invalid-argument`.
 */
export function lease<K>(open: (key: K) => () => void): Lease<K> {
  let current: Held<K> | undefined;

  const end = (held: Held<K>) => {
    if (held !== current || held.holders > 0) return;
    current = undefined;
    held.close();
  };

  return (key) => {
    if (current && current.key !== key) {
      if (current.holders > 0) {
        throw new ConclaveError('usage/invalid-argument', {
          hint: 'One RoomProvider holds one room at a time.',
        });
      }
      end(current);
    }
    const held = (current ??= { key, close: open(key), holders: 0 });
    held.holders += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      held.holders -= 1;
      queueMicrotask(() => end(held));
    };
  };
}
