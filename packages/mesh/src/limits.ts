/** How long the later joiner may take to offer a link before the other end does: three times a slow introduction. */
export const DIAL_AFTER_MS = 3_000;
/** One attempt: 3 s until we dial, 15 s for a link and its proof, 10 s for its consent, and some slack. */
export const ATTEMPT_TIMEOUT_MS = 30_000;
/** How often an announcement is sent, or taken: often enough to look immediate, too seldom to be a flood. */
export const ANNOUNCE_INTERVAL_MS = 100;
/** How often connections are measured: reports of receivers come each second or less often (RFC 3550 section 6.2). */
export const QUALITY_INTERVAL_MS = 2_000;
/** How long a good-bye may take to be acknowledged; who has not heard it sees the streams close. */
export const GOODBYE_TIMEOUT_MS = 1_000;
/**
 * Answers of `admit` that are kept while their peers are off the list: several times what a room holds. Whoever writes the
 * list must name as many strangers before it can have one peer asked about again.
 */
export const MAX_ANSWERS = 1_024;
