import type { Demand } from '@conclave/core';

import { MAX_PICTURE_PX, MIN_PICTURE_PX, PICTURE_STEP_PX } from './limits.js';

/** What one element that can be seen shows of a stream. */
export interface View {
  /** The height of the picture in it, in device pixels. */
  readonly heightPx: number;
  /** How much it weighs beside other videos. */
  readonly weight: number;
}

/** How high a picture becomes in a box: with `object-fit: cover` it fills the box, else the box holds it. */
export function pictureHeight(
  box: { readonly width: number; readonly height: number },
  aspectRatio: number | undefined,
  fit: string,
): number {
  const byWidth = aspectRatio ? box.width / aspectRatio : box.height;
  return fit === 'cover' ? Math.max(box.height, byWidth) : Math.min(box.height, byWidth);
}

/** What several elements that show one stream need together: the largest of them decides. */
export function demandOf(views: readonly View[]): Demand {
  const heightPx = Math.max(MIN_PICTURE_PX, ...views.map((view) => view.heightPx));
  const lines = Math.ceil(heightPx / PICTURE_STEP_PX) * PICTURE_STEP_PX;
  return {
    maxHeight: Math.min(lines, MAX_PICTURE_PX),
    weight: Math.max(...views.map(({ weight }) => weight)),
  };
}
