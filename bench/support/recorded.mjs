// @ts-check
// Questions to what a page recorded (`call/recorder.mjs`).

/** @typedef {{ atMs: number, audioLost: number, audioReceived: number, concealed: number, samples: number, videoBytes: number }} Sample */
/** @typedef {{ fromMs: number, toMs: number }} Window */

/** Audio is clean with less lost, and less made up. */
const CLEAN_PERCENT = 0.2;
/** A rate is that of so long: frames come in bursts. */
const RATE_MS = 1_500;
/** Less is no video. */
const NO_VIDEO_KBPS = 5;
/** This much of a rate is that rate: an encoder hits its target only on average. */
const ENOUGH = 0.85;

/**
 * What was recorded in that time, with the sample before it.
 *
 * @param {readonly Sample[]} samples
 * @param {Window} window
 */
function between(samples, { fromMs, toMs }) {
  const first = samples.findLastIndex(({ atMs }) => atMs <= fromMs);
  return samples.slice(Math.max(0, first)).filter(({ atMs }) => atMs <= toMs);
}

/**
 * How much audio was lost and how much made up, in percent and in milliseconds.
 *
 * @param {readonly Sample[]} samples
 * @param {Window} window
 */
export function audioOf(samples, window) {
  const some = between(samples, window);
  const [a, b] = [some[0], some.at(-1)];
  if (!a || !b) return { lossPct: 0, concealPct: 0, concealedMs: 0 };
  const lost = b.audioLost - a.audioLost;
  const concealed = b.concealed - a.concealed;
  return {
    lossPct: (100 * lost) / Math.max(1, lost + b.audioReceived - a.audioReceived),
    concealPct: (100 * concealed) / Math.max(1, b.samples - a.samples),
    concealedMs: concealed / 48,
  };
}

/**
 * Milliseconds of that time until audio is clean for the rest of it.
 *
 * @param {readonly Sample[]} samples
 * @param {Window} window
 */
export function msUntilClean(samples, { fromMs, toMs }) {
  for (const { atMs } of between(samples, { fromMs, toMs })) {
    const from = Math.max(atMs, fromMs);
    const { lossPct, concealPct } = audioOf(samples, { fromMs: from, toMs });
    if (Math.max(lossPct, concealPct) <= CLEAN_PERCENT) return from - fromMs;
  }
  return toMs - fromMs;
}

/**
 * Kilobits of video per second of that time.
 *
 * @param {readonly Sample[]} samples
 * @param {Window} window
 */
export function videoKbpsOf(samples, window) {
  const some = between(samples, window);
  const [a, b] = [some[0], some.at(-1)];
  return a && b && b.atMs > a.atMs ? ((b.videoBytes - a.videoBytes) * 8) / (b.atMs - a.atMs) : 0;
}

/**
 * Milliseconds of that time after which video was never again below that rate: all of it where there is no video.
 *
 * @param {readonly Sample[]} samples
 * @param {Window} window
 * @param {number} kbps
 */
export function msUntilVideo(samples, { fromMs, toMs }, kbps) {
  if (kbps < NO_VIDEO_KBPS) return toMs - fromMs;
  const short = between(samples, { fromMs, toMs }).findLast(
    ({ atMs }) =>
      atMs > fromMs && videoKbpsOf(samples, { fromMs: atMs - RATE_MS, toMs: atMs }) < ENOUGH * kbps,
  );
  return short ? short.atMs - fromMs : 0;
}
