// What getStats says of all connections of this page, as counters that only grow.
import { connections } from './connections.mjs';

const INBOUND = [
  'packetsLost',
  'packetsReceived',
  'bytesReceived',
  'concealedSamples',
  'totalSamplesReceived',
  'jitterBufferDelay',
  'jitterBufferEmittedCount',
  'framesDecoded',
  'totalFreezesDuration',
];

/** Channels that carry nothing but files, whoever opened them. */
const FILE_CHANNELS = ['file', 'bulk'];

/** Counters of each received track by connection and track, bytes of files that came, what each sender does just now. */
export async function readStats() {
  const received = {};
  const sent = [];
  let fileBytes = 0;
  for (const [index, connection] of connections.entries()) {
    if (connection.connectionState === 'closed') continue;
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type === 'inbound-rtp') {
        const counters = Object.fromEntries(INBOUND.map((name) => [name, entry[name] ?? 0]));
        received[`${index}.${entry.id}`] = { kind: entry.kind, ...counters };
      } else if (entry.type === 'data-channel' && FILE_CHANNELS.includes(entry.label)) {
        fileBytes += entry.bytesReceived;
      } else if (entry.type === 'outbound-rtp' && entry.bytesSent > 0) {
        const { kind, active, targetBitrate, qualityLimitationReason, frameHeight, framesPerSecond } = entry;
        sent.push({ kind, active, targetBitrate, qualityLimitationReason, frameHeight, framesPerSecond });
      }
    }
  }
  return { received, fileBytes, sent };
}
