import type { Readable } from '@conclave/core';

const query = window.matchMedia('(prefers-color-scheme: dark)');

/** Whether the user likes dark pages: what is painted on a canvas does not follow by itself. */
export const prefersDark: Readable<boolean> = {
  get: () => query.matches,
  subscribe(listener) {
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  },
};
