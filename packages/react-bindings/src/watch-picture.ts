import type { Unsubscribe } from '@conclave/core';

import { pictureHeight } from './video-demand.js';

/**
 * Tells how high a picture an element shows, in device pixels, as that changes; 0 while nobody can see it: scrolled away,
 * not displayed, in a tab that is hidden (unless it is in a picture-in-picture window), and when it is stopped. Where the
 * browser cannot observe elements it tells nothing.
 */
export function watchPicture(element: Element, tell: (heightPx: number) => void): Unsubscribe {
  if (!('IntersectionObserver' in globalThis && 'ResizeObserver' in globalThis)) return () => undefined;
  let isInView = false;
  const look = () => {
    const isSeen = isInView && (!document.hidden || document.pictureInPictureElement === element);
    tell(isSeen ? heightIn(element) * devicePixelRatio : 0);
  };
  const sizes = new ResizeObserver(look);
  const sight = new IntersectionObserver((entries) => {
    isInView = entries.at(-1)?.isIntersecting ?? isInView;
    look();
  });
  sizes.observe(element);
  sight.observe(element);
  element.addEventListener('resize', look); // the picture of a video has another shape
  document.addEventListener('visibilitychange', look);
  return () => {
    sizes.disconnect();
    sight.disconnect();
    element.removeEventListener('resize', look);
    document.removeEventListener('visibilitychange', look);
    tell(0);
  };
}

function heightIn(element: Element): number {
  const isVideo = element instanceof HTMLVideoElement && element.videoHeight > 0;
  const aspectRatio = isVideo ? element.videoWidth / element.videoHeight : undefined;
  return pictureHeight(element.getBoundingClientRect(), aspectRatio, getComputedStyle(element).objectFit);
}
