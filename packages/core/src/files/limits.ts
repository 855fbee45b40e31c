/** Files that move to, or from, one peer at a time: what they hold in memory is bounded by it. */
export const MAX_MOVING = 8;
/** Files that one peer may have offered and this end has not taken, or the other way round: more are `file/limit`. */
export const MAX_UNDECIDED = 32;
/** How long an offer waits for somebody who listens for files: an application does at once or not at all. */
export const LISTENER_PATIENCE_MS = 10_000;
/** Files from one peer whose end is remembered, for frames that were on their way and to say it again over a new link. */
export const MAX_ENDED = 256;
/** What may wait to be said to one peer before it is answered no more: it asks and does not listen. */
export const MAX_UNSAID_BYTES = 256 * 1024;
