// The Node process of a peer: answers { id, method, source, args } over IPC by running functions of the test.
import * as core from '@conclave/core';
import * as knownPeers from '@conclave/core/known-peers';
import * as rooms from '@conclave/core/rooms';
import * as mesh from '@conclave/mesh';
import wrtc from '@roamhq/wrtc';

import { makeKit } from '../pages/kit.mjs';
import { cutPaths, cuttable } from './cuttable.mjs';
import { installWitness } from './witness-hook.mjs';

const { RTCAudioSource, RTCVideoSource } = wrtc.nonstandard;
const rtc = { RTCPeerConnection: wrtc.RTCPeerConnection, MediaStream: wrtc.MediaStream };
installWitness(rtc);
const cuttableRtc = { ...rtc, RTCPeerConnection: cuttable(rtc.RTCPeerConnection) };

function camera() {
  const source = new RTCVideoSource();
  const [width, height] = [160, 120];
  let shade = 0;
  setInterval(() => {
    shade = (shade + 29) % 256;
    source.onFrame({ width, height, data: new Uint8ClampedArray((width * height * 3) / 2).fill(shade) });
  }, 200);
  return source.createTrack();
}

function microphone() {
  const source = new RTCAudioSource();
  let phase = 0;
  setInterval(() => {
    const samples = Int16Array.from({ length: 480 }, () => 8000 * Math.sin((phase += 0.0576)));
    source.onData({ samples, sampleRate: 48000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 });
  }, 10);
  return source.createTrack();
}

globalThis.conclave = {
  ...core,
  ...knownPeers,
  ...rooms,
  ...mesh,
  connect: (
    /** @type {string} */ url,
    /** @type {import('@conclave/core').ConnectOptions & { cuttable?: boolean }} */ {
      cuttable: isCuttable,
      ...options
    },
  ) => core.connect(url, { rtc: isCuttable ? cuttableRtc : rtc, ...options }),
};
globalThis.kit = makeKit(globalThis.conclave, {
  openMedia: async () => ({ audio: microphone(), video: camera() }),
  cutPaths,
  listen: () => {}, // this WebRTC decodes without an element
});

const methods = {
  ready: () => true,
  evaluate: (source, args) => (0, eval)(`(${source})`)(...args),
  end: () => process.exit(0),
};

process.on('message', async ({ id, method, source, args }) => {
  try {
    process.send({ id, value: await methods[method](source, args) });
  } catch (error) {
    const { name, message, code } = error instanceof Error ? error : new Error(String(error));
    process.send({ id, error: { name, message, ...(code && { code }) } });
  }
});
process.on('disconnect', () => process.exit(0)); // the test has gone
