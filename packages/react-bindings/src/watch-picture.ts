import type { Unsubscribe } from '@conclave/core';

import { pictureHeight } from './video-demand.js';

/** A video's picture has another shape, or its window opens or closes: by itself only after the tab was hidden. */
const ELEMENT_EVENTS = ['resize', 'enterpictureinpicture', 'leavepictureinpicture'] as const;

/**
 * Tells how high a picture an element shows, in device pixels, as that changes; 0 while nobody can see it: scrolled away,
 * not displayed, in a tab that is hidden, and when it is stopped. In a picture-in-picture window it is seen wherever its
 * place in the page is. Where the browser cannot observe elements it tells nothing.
 */
export function watchPicture(element: Element, tell: (heightPx: number) => void): Unsubscribe {
  if (!('IntersectionObserver' in globalThis && 'ResizeObserver' in globalThis)) return () => undefined;
  let isInView = false;
  const look = () => {
    const isSeen = document.pictureInPictureElement === element || (isInView && !document.hidden);
    tell(isSeen ? heightIn(element) * devicePixelRatio : 0);
  };
  const sizes = new ResizeObserver(look);
  const sight = new IntersectionObserver((entries) => {
    isInView = entries.at(-1)?.isIntersecting ?? isInView;
    look();
  });
  sizes.observe(element);
  sight.observe(element);
  for (const event of ELEMENT_EVENTS) element.addEventListener(event, look);
  document.addEventListener('visibilitychange', look);
  return () => {
    sizes.disconnect();
    sight.disconnect();
    for (const event of ELEMENT_EVENTS) element.removeEventListener(event, look);
    document.removeEventListener('visibilitychange', look);
    tell(0);
  };
}

function heightIn(element: Element): number {
  const isVideo = element instanceof HTMLVideoElement && element.videoHeight > 0;
  const aspectRatio = isVideo ? element.videoWidth / element.videoHeight : undefined;
  return pictureHeight(element.getBoundingClientRect(), aspectRatio, getComputedStyle(element).objectFit);
}
