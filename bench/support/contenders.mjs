// @ts-check
/**
 * Ours and the same page by hand, for benchmarks in which nobody else takes part.
 *
 * @type {Record<string, import('./participants.mjs').Contender>}
 */
export const CONTENDERS = { conclave: { engine: 'conclave' }, handWritten: { engine: 'handWritten' } };

/** As from a usual camera. */
export const CAMERA = { width: 1280, height: 720, frameRate: 30 };

/** The page of every participant. */
export const PAGE = new URL('./call/page.mjs', import.meta.url);
