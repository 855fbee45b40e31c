// @ts-check
// What a page received between two snapshots (`call/page.mjs`).

/** @typedef {Record<string, number> & { kind: 'audio' | 'video' }} TrackCounters */
/** @typedef {{ atMs: number, fileBytes: number, received: Record<string, TrackCounters>, sent: unknown[] }} Snapshot */
/** @typedef {{ sentAtMs: number[], heard: { number: number, delayMs: number }[], atMs: number }} ChatLog */

/**
 * @param {Snapshot} before
 * @param {Snapshot} after
 */
export function compareSnapshots(before, after) {
  const seconds = (after.atMs - before.atMs) / 1000;
  const grown = (/** @type {'audio' | 'video'} */ kind, /** @type {string} */ name) =>
    Object.entries(after.received).reduce(
      (sum, [key, track]) =>
        track.kind === kind ? sum + (track[name] ?? 0) - (before.received[key]?.[name] ?? 0) : sum,
      0,
    );
  const lost = grown('audio', 'packetsLost');
  const audioPackets = grown('audio', 'packetsReceived');
  const isSilent = audioPackets === 0; // who hears nothing has lost all
  const concealed = percent(grown('audio', 'concealedSamples'), grown('audio', 'totalSamplesReceived'));
  return {
    audioLossPct: isSilent ? 100 : percent(lost, lost + audioPackets),
    audioConcealPct: isSilent ? 100 : concealed,
    audioJitterBufferMs:
      (1000 * grown('audio', 'jitterBufferDelay')) / Math.max(1, grown('audio', 'jitterBufferEmittedCount')),
    audioPackets,
    videoKbps: (grown('video', 'bytesReceived') * 8) / 1000 / seconds,
    videoFps: grown('video', 'framesDecoded') / seconds,
    freezeSeconds: grown('video', 'totalFreezesDuration'),
    bulkKbps: ((after.fileBytes - before.fileBytes) * 8) / 1000 / seconds,
  };
}

/**
 * Delays of the lines of chat that were sent in this time. One that has not come has been under way until now, at least.
 *
 * @param {ChatLog} sender
 * @param {ChatLog} receiver
 * @param {{ fromMs: number, toMs: number }} window
 */
export function chatDelays(sender, receiver, { fromMs, toMs }) {
  const heard = new Map(receiver.heard.map(({ number, delayMs }) => [number, delayMs]));
  return sender.sentAtMs.flatMap((sentAtMs, number) =>
    sentAtMs >= fromMs && sentAtMs < toMs ? [heard.get(number) ?? receiver.atMs - sentAtMs] : [],
  );
}

const percent = (/** @type {number} */ part, /** @type {number} */ whole) =>
  (100 * part) / Math.max(1, whole);
