// @ts-check
/**
 * A thin uplink and those behind it; `cold`: the call begins on it, and is measured from its first second.
 *
 * @typedef {{ name: string, rateBps: number, subscribers: number, queueMs: number, cold: boolean }} Scenario
 */

/** What of a call is how long, in seconds. */
export const TIMING = { warmUp: 20, calm: 10, settle: 5, flood: 30, cold: 30 };
/** A look at it: five calls of it take less than five minutes. */
export const SHORT_TIMING = { warmUp: 12, calm: 6, settle: 5, flood: 20, cold: 20 };

const rates = { '300k': 300_000, '1m': 1_000_000, '3m': 3_000_000 };

/** @type {readonly Scenario[]} */
export const SCENARIOS = [
  ...Object.entries(rates).flatMap(([rate, rateBps]) =>
    [1, 3].flatMap((subscribers) =>
      [100, 500].map((queueMs) => ({
        name: `${rate}-${subscribers}-${queueMs}ms`,
        rateBps,
        subscribers,
        queueMs,
        cold: false,
      })),
    ),
  ),
  ...[1, 3].flatMap((subscribers) =>
    [100, 500].map((queueMs) => ({
      name: `200k-cold-${subscribers}-${queueMs}ms`,
      rateBps: 200_000,
      subscribers,
      queueMs,
      cold: true,
    })),
  ),
];

/** On the wire: 24 kbit/s of sound in 50 packets a second. */
const AUDIO_BPS = 50_000;
/** On the wire, of what a video is allowed. */
const VIDEO_OVERHEAD = 1.07;
/** Below it there is no picture worth having, and libwebrtc's own floor overshoots. */
const LEAST_VIDEO_BPS = 50_000;
/** What may be planned for audio and video, and what with a file on top: the rest is for bursts of frames. */
const MEDIA_SHARE = 0.73;
const WHOLE_SHARE = 0.93;
const BULK_OVERHEAD = 1.1;

/**
 * What somebody plans by hand who knows the capacity: 180 kbit/s of video and 60 of a file to each of three at 1 Mbit/s.
 *
 * @param {Scenario} scenario
 */
function planByHand({ rateBps, subscribers }) {
  const shareBps = (rateBps * MEDIA_SHARE) / subscribers - AUDIO_BPS;
  const videoBps = shareBps / VIDEO_OVERHEAD >= LEAST_VIDEO_BPS ? Math.round(shareBps / VIDEO_OVERHEAD) : 0;
  const mediaBps = AUDIO_BPS + videoBps * VIDEO_OVERHEAD;
  const bulkBps = Math.max(0, Math.round(((rateBps * WHOLE_SHARE) / subscribers - mediaBps) / BULK_OVERHEAD));
  return { videoBps, bulkBps };
}

/**
 * Who takes part, by name.
 *
 * @param {Scenario} scenario
 * @returns {Record<string, import('../support/participants.mjs').Contender>}
 */
export const contendersOf = (scenario) => ({
  conclave: { engine: 'conclave' },
  conclaveOff: { engine: 'conclave', options: { uplink: 'off' } },
  handWritten: { engine: 'handWritten' },
  peerjs: { engine: 'peerjs' },
  oracle: { engine: 'handWritten', options: planByHand(scenario) },
});
