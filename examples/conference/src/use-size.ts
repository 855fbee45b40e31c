import { useCallback, useState, type RefCallback } from 'react';

/** The inner size of an element, in pixels, as it changes; 0 by 0 until it is known. */
export function useSize(): readonly [
  ref: RefCallback<HTMLElement>,
  size: { readonly width: number; readonly height: number },
] {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
