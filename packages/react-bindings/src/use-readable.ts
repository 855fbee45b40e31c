import { useCallback, useSyncExternalStore } from 'react';

import type { Readable } from '@conclave/core';

/**
 * The present value of a readable; renders again when it changes, and only then. Safe in StrictMode, in concurrent
 * rendering and on a server. For every readable that the other hooks do not cover: `useReadable(stream.state)`.
 */
export function useReadable<T>(readable: Readable<T>): T {
  const subscribe = useCallback((listener: () => void) => readable.subscribe(listener), [readable]);
  const get = useCallback(() => readable.get(), [readable]);
  return useSyncExternalStore(subscribe, get, get);
}
