import { useLayoutEffect, useRef } from 'react';

/** So near to the end a list still counts as read to its end. */
const NEAR_PX = 48;

/**
 * Keeps a list at its end while it grows, unless the user has scrolled back to read; `ownKey` changes with what the user
 * adds, which is always shown. To be spread over the list.
 */
export function useEnd<Kind extends HTMLElement>(content: unknown, ownKey: unknown) {
  const ref = useRef<Kind>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    isAtEnd.current = true;
  }, [ownKey]);
  useLayoutEffect(() => {
    const list = ref.current;
    if (list && isAtEnd.current) list.scrollTop = list.scrollHeight;
  }, [content, ownKey]);
  return {
    ref,
    onScroll: () => {
      const list = ref.current;
      if (list) isAtEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
    },
  };
}
