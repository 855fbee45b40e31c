/** Messages kept under one name, the oldest go first: more than anybody scrolls through, at 64 KiB each at most 64 MiB. */
export const MAX_KEPT_MESSAGES = 1_000;
/** Files that have ended and are still listed, the oldest go first: more than anybody scrolls through. */
export const MAX_ENDED_FILES = 100;
/** How often the progress of a file renders: a bar looks steady, and a fast transfer costs no more than a slow one. */
export const PROGRESS_INTERVAL_MS = 100;
