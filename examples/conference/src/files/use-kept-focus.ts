import { useLayoutEffect, useRef, type FocusEvent } from 'react';

/**
 * Keeps the focus within an element whose buttons come and go: where the one that had it has gone when `state` changes,
 * the element takes it. To be spread over the element.
 */
export function useKeptFocus<Kind extends HTMLElement>(state: unknown) {
  const ref = useRef<Kind>(null);
  const isWithin = useRef(false);
  useLayoutEffect(() => {
    const { activeElement } = document;
    if (isWithin.current && (!activeElement || activeElement === document.body)) ref.current?.focus();
  }, [state]);
  return {
    ref,
    tabIndex: -1,
    onFocus: () => {
      isWithin.current = true;
    },
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent) => {
      // Without a target a button has gone, or the page was clicked: both are settled by the next change.
      if (relatedTarget && !currentTarget.contains(relatedTarget)) isWithin.current = false;
    },
  };
}
