import type { Readable } from '@conclave/core';
import { useReadable } from '@conclave/react-bindings';

const hash: Readable<string> = {
  get: () => window.location.hash,
  subscribe(listener) {
    window.addEventListener('hashchange', listener);
    return () => window.removeEventListener('hashchange', listener);
  },
};

/** The fragment of the address. */
export function useHash(): string {
  return useReadable(hash);
}
