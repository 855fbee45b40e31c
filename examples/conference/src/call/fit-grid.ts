/** The size of each tile, in pixels. */
export interface TileSize {
  readonly width: number;
  readonly height: number;
}

/** Narrower or wider tiles than these cut off more of a camera's picture than they show. */
const NARROWEST = 3 / 4;
const WIDEST = 16 / 9;
/** Cameras give 4:3 here. A tile of another shape shows a part of it, filled. */
const PICTURE = 4 / 3;

/** The equal tiles that fit into an area, with a gap between them, and show most of the pictures. */
export function fitGrid(count: number, area: TileSize, gap: number): TileSize {
  const layouts = Array.from({ length: count }, (_, index) => {
    const columns = index + 1;
    const rows = Math.ceil(count / columns);
    const cellWidth = Math.max(0, (area.width - gap * (columns - 1)) / columns);
    const cellHeight = Math.max(0, (area.height - gap * (rows - 1)) / rows);
    return {
      width: Math.floor(Math.min(cellWidth, cellHeight * WIDEST)),
      height: Math.floor(Math.min(cellHeight, cellWidth / NARROWEST)),
    };
  });
  return layouts.reduce((best, one) => (shownOf(one) > shownOf(best) ? one : best), { width: 0, height: 0 });
}

/** How much is seen: the area of the tile, less for the part of the picture that it cuts off. */
function shownOf({ width, height }: TileSize): number {
  if (height === 0) return 0;
  const shape = width / height / PICTURE;
  return width * height * Math.min(shape, 1 / shape);
}
