/** Messages kept under one name, the oldest go first: more than anybody scrolls through, at 64 KiB each at most 64 MiB. */
export const MAX_KEPT_MESSAGES = 1_000;
