// @ts-check
// A peer of the call in a process of its own: answers { id, method, args } over IPC. Run with --expose-gc.
import { connect } from '@conclave/core';
import wrtc from '@roamhq/wrtc';

const { RTCVideoSink, RTCVideoSource } = wrtc.nonstandard;
const rtc = { RTCPeerConnection: wrtc.RTCPeerConnection, MediaStream: wrtc.MediaStream };

/** Small pictures, often enough that a gap shows. */
const FRAMES_PER_SECOND = 15;
const SIZE = { width: 160, height: 120 };

/** @type {import('@conclave/core').Connection} */
let connection;
let refused = 0;
let asked = 0;
/** When frames of the far end were decoded, in ms. @type {number[]} */
let framesAtMs = [];
let started = { atMs: 0, cpu: process.cpuUsage() };

function camera() {
  const source = new RTCVideoSource();
  let shade = 0;
  setInterval(() => {
    shade = (shade + 29) % 256;
    const data = new Uint8Array((SIZE.width * SIZE.height * 3) / 2).fill(shade);
    source.onFrame({ ...SIZE, data });
  }, 1000 / FRAMES_PER_SECOND);
  return source.createTrack();
}

function heapBytes() {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** @type {Record<string, (...args: any[]) => unknown>} */
const methods = {
  async join(/** @type {string} */ url) {
    connection = await connect(url, { key: 'demo', rtc, iceServers: [] });
    connection.on('refused', () => (refused += 1));
    const onPeerConnect = () => (asked += 1) > 0;
    await connection.publish('camera', { onPeerConnect }).attachVideo(camera());
    return connection.nearId;
  },
  async play(/** @type {import('@conclave/core').PeerId} */ farId) {
    const incoming = connection.play(farId, 'camera', { playBack: true });
    await incoming.ready;
    const track = incoming.video.get();
    if (!track) throw new Error('granted without a track');
    const sink = new RTCVideoSink(track);
    sink.onframe = () => framesAtMs.push(performance.now());
  },
  heapBytes,
  /** Begins a stretch of time that is measured. */
  begin() {
    framesAtMs = [];
    refused = 0;
    started = { atMs: performance.now(), cpu: process.cpuUsage() };
  },
  /** Ends it: what it has cost, and how the far end's frames came in it. */
  end() {
    const atMs = performance.now();
    const { user, system } = process.cpuUsage(started.cpu);
    const edges = [started.atMs, ...framesAtMs, atMs];
    const gaps = edges.slice(1).map((edge, index) => edge - (edges[index] ?? edge));
    const seconds = (atMs - started.atMs) / 1000;
    return {
      cpuPct: (user + system) / 10_000 / seconds,
      framesPerSecond: framesAtMs.length / seconds,
      longestGapMs: Math.max(...gaps),
      refused,
      asked,
      links: connection.links.get().size,
      rssBytes: process.memoryUsage().rss,
    };
  },
};

process.on('message', async (/** @type {any} */ { id, method, args }) => {
  try {
    process.send?.({ id, value: await methods[method]?.(...args) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
