// @ts-check
import { msUntilClean, msUntilVideo, videoKbpsOf } from '../support/recorded.mjs';

/** After a step the old rate is still in the queue. */
const STEP_MS = 3_000;
/** What a stage has come to: its last seconds. */
const SETTLED_MS = 10_000;

/**
 * The figures of one call, each for the receiver where it is worst.
 *
 * @param {import('./stepped-call.mjs').Steps} steps
 * @returns {{ cpuPct: number } & Record<string, number | undefined>}
 */
export function figuresOf({ stages, intervals, recorded, cpuPct }) {
  const [before, half, after] = stages;
  if (!before || !half || !after) throw new Error('a stage is missing');
  const calm = intervals.flatMap((interval) => {
    const stage = stages.find(({ fromMs, toMs }) => interval.atMs > fromMs && interval.atMs <= toMs);
    const isSettled = stage && (stage === before || interval.atMs > stage.fromMs + STEP_MS);
    return isSettled ? [{ ...interval, rateBps: stage.rateBps }] : [];
  });
  const sum = (/** @type {(interval: typeof calm[number]) => number} */ of, from = calm) =>
    from.reduce((all, interval) => all + of(interval), 0);
  const use = (/** @type {number | undefined} */ fromMs, /** @type {number | undefined} */ toMs) => {
    const some = calm.filter(({ atMs }) => fromMs === undefined || (atMs > fromMs && atMs <= (toMs ?? atMs)));
    const passed = sum(({ kbps, seconds }) => kbps * seconds, some);
    return (
      passed /
      Math.max(
        1,
        sum(({ rateBps, seconds }) => (rateBps / 1000) * seconds, some),
      )
    );
  };
  const settled = ({ toMs = 0 }) => ({ fromMs: toMs - SETTLED_MS, toMs });
  const worst = (/** @type {(samples: typeof recorded[number]) => number} */ of) =>
    Math.max(...recorded.map(of));
  const errors = stages.map(({ rateBps, estimateBps }) =>
    estimateBps === undefined ? undefined : (100 * (estimateBps - rateBps)) / rateBps,
  );
  return {
    audioDropped: intervals.reduce((all, { classes }) => all + classes.audio.dropped, 0),
    queueMs:
      sum(({ classes }) => classes.audio.queueMs * classes.audio.packets) /
      Math.max(
        1,
        sum(({ classes }) => classes.audio.packets),
      ),
    utilisation: use(undefined, undefined),
    utilisationBefore: use(before.fromMs, before.toMs),
    utilisationHalf: use(half.fromMs, half.toMs),
    utilisationAfter: use(after.fromMs, after.toMs),
    cleanAfterHalvingMs: worst((samples) => msUntilClean(samples, half)),
    videoAfterHalvingMs: worst((samples) => msUntilVideo(samples, half, videoKbpsOf(samples, settled(half)))),
    videoAfterDoublingMs: worst((samples) =>
      msUntilVideo(samples, after, videoKbpsOf(samples, settled(before))),
    ),
    videoKbpsBefore: -worst((samples) => -videoKbpsOf(samples, settled(before))),
    videoKbpsHalf: -worst((samples) => -videoKbpsOf(samples, settled(half))),
    videoKbpsAfter: -worst((samples) => -videoKbpsOf(samples, settled(after))),
    ...(errors.every((error) => error !== undefined) && {
      estimateErrorPct: Math.max(...errors.map(Math.abs)),
      estimateErrorBeforePct: errors[0],
      estimateErrorHalfPct: errors[1],
      estimateErrorAfterPct: errors[2],
    }),
    cpuPct,
  };
}
