// @ts-check
import { quantile } from '../support/quantile.mjs';

/** Below it a receiver has no video to speak of, and shares of it mean nothing. */
const NO_VIDEO_KBPS = 5;

/**
 * The figures of one call: loss and concealment at the receiver where they are worst, the jitter buffer on average.
 *
 * @param {import('./flooded-call.mjs').CallResult} result
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @returns {{ cpuPct: number } & Record<string, number>}
 */
export function figuresOf({ received, calm, delaysMs, shaper, cpuPct }, { rateBps, cold }) {
  const worst = (/** @type {'audioLossPct' | 'audioConcealPct' | 'audioJitterBufferMs'} */ name) =>
    Math.max(...received.map((one) => one[name]));
  const videos = received.map(({ videoKbps }) => videoKbps);
  const hasVideo = Math.max(...videos) > NO_VIDEO_KBPS;
  const calmShares = calm?.received.flatMap(({ videoKbps }, index) =>
    videoKbps > NO_VIDEO_KBPS ? [(videos[index] ?? 0) / videoKbps] : [],
  );
  const { audio } = shaper.classes;
  return {
    audioLossPct: worst('audioLossPct'),
    audioConcealPct: worst('audioConcealPct'),
    audioJitterBufferMs:
      received.reduce((sum, one) => sum + one.audioJitterBufferMs, 0) / Math.max(1, received.length),
    audioJitterBufferMaxMs: worst('audioJitterBufferMs'),
    audioQueueMs: audio.queueMs,
    audioDropPct: (100 * audio.dropped) / Math.max(1, audio.packets + audio.dropped),
    audioPacketsMin: Math.min(...received.map(({ audioPackets }) => audioPackets)),
    videoKbpsMin: Math.min(...videos),
    ...(calmShares && calmShares.length > 0 && { videoShareOfNoFlood: Math.min(...calmShares) }),
    ...(hasVideo && { videoMaxOverMin: Math.max(...videos) / Math.max(1, Math.min(...videos)) }),
    // Of a cold call it would be infinite: chat begins before anybody is there, so its first lines are never heard.
    ...(!cold &&
      delaysMs.flat().length > 0 && {
        chatP95Ms: Math.max(...delaysMs.map((one) => (one.length > 0 ? quantile(one, 0.95) : 0))),
      }),
    ...(!cold && { bulkKbps: received.reduce((sum, { bulkKbps }) => sum + bulkKbps, 0) }),
    utilisation: (shaper.kbps * 1000) / rateBps,
    cpuPct,
  };
}
