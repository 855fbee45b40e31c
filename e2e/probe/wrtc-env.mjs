// Media of @roamhq/wrtc: synthetic sources and a frame sink (both nonstandard).
import wrtc from '@roamhq/wrtc';

const { RTCAudioSource, RTCVideoSource, RTCVideoSink } = wrtc.nonstandard;

function videoTrack() {
  const source = new RTCVideoSource();
  const [width, height] = [320, 240];
  let shade = 0;
  const timer = setInterval(() => {
    shade = (shade + 7) % 256;
    source.onFrame({ width, height, data: new Uint8ClampedArray((width * height * 3) / 2).fill(shade) });
  }, 33);
  return stopping(source.createTrack(), timer);
}

function audioTrack() {
  const source = new RTCAudioSource();
  let phase = 0;
  const timer = setInterval(() => {
    const samples = Int16Array.from({ length: 480 }, () => 8000 * Math.sin((phase += 0.0576)));
    source.onData({ samples, sampleRate: 48000, bitsPerSample: 16, channelCount: 1, numberOfFrames: 480 });
  }, 10);
  return stopping(source.createTrack(), timer);
}

/** A track of this package cannot be patched, so its timer runs until the process ends. */
function stopping(track, timer) {
  timer.unref();
  return track;
}

export const env = {
  name: 'wrtc',
  RTCPeerConnection: wrtc.RTCPeerConnection,
  tracks: () => Promise.resolve({ audio: audioTrack(), video: videoTrack() }),
  firstFrame: (track) =>
    new Promise((resolve) => {
      const sink = new RTCVideoSink(track);
      sink.onframe = ({ frame }) => {
        sink.stop();
        resolve({ width: frame.width });
      };
    }),
};
