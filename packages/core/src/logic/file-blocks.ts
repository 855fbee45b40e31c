/** A file is checked and kept in blocks of this size, its last one what is left: a resume loses less than one of them. */
export const BLOCK_BYTES = 256 * 1024;
/** What may be sent beyond what the receiver has said it has: at a round trip of 100 ms this is 160 Mbit/s. */
export const MAX_AHEAD_BYTES = 2 * 1024 * 1024;

/** Where the block that begins at, or goes on at, an offset ends. */
export function blockEnd(offset: number, size: number): number {
  return Math.min(size, (Math.floor(offset / BLOCK_BYTES) + 1) * BLOCK_BYTES);
}

/** Whether an offset is a boundary of blocks of a file of this size. */
export function isBoundary(offset: number, size: number): boolean {
  return offset === size || (offset < size && offset % BLOCK_BYTES === 0);
}
