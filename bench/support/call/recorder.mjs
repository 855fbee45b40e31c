// What was received, all tracks together, a few times a second: for times until something is well again.
import { nowMs } from './clock.mjs';
import { readStats } from './stats.mjs';

const INTERVAL_MS = 250;

let samples = [];
let timer;

/** Forgets what was recorded, and begins. */
export function startRecorder() {
  clearInterval(timer);
  samples = [];
  timer = setInterval(record, INTERVAL_MS);
}

/** Ends, and answers the samples: counters by kind. */
export function stopRecorder() {
  clearInterval(timer);
  return samples;
}

async function record() {
  const { received } = await readStats();
  const sum = (kind, name) =>
    Object.values(received).reduce((all, track) => all + (track.kind === kind ? track[name] : 0), 0);
  samples.push({
    atMs: nowMs(),
    audioLost: sum('audio', 'packetsLost'),
    audioReceived: sum('audio', 'packetsReceived'),
    concealed: sum('audio', 'concealedSamples'),
    samples: sum('audio', 'totalSamplesReceived'),
    videoBytes: sum('video', 'bytesReceived'),
  });
}
