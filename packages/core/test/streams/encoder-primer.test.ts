import { controlOf } from '../../src/streams/sender-control.js';

/** A sender without WebRTC behind it: it remembers what it was given to send. */
function newSender() {
  const given: (MediaStreamTrack | null)[] = [];
  const sender = {
    track: null as MediaStreamTrack | null,
    getParameters: () => ({ encodings: [{ active: true }] }),
    setParameters: () => Promise.resolve(),
    replaceTrack(track: MediaStreamTrack | null) {
      given.push(track);
      sender.track = track;
      return Promise.resolve();
    },
  };
  return { sender: sender as unknown as RTCRtpSender, given };
}

const newTrack = (kind: 'audio' | 'video') =>
  ({ kind, getSettings: () => ({ width: 321, height: 241 }) }) as unknown as MediaStreamTrack;

describe('a browser that makes tracks from frames', () => {
  const shown: { codedWidth: number; codedHeight: number }[] = [];
  const primers: { stopped: boolean }[] = [];
  class FakeFrame {
    readonly format = 'I420';
    constructor(_: Uint8Array, init: { codedWidth: number; codedHeight: number }) {
      shown.push(init);
    }
  }
  class FakeGenerator {
    stopped = false;
    readonly writable = new WritableStream();
    constructor() {
      primers.push(this);
    }
    stop() {
      this.stopped = true;
    }
  }

  beforeEach(() => {
    shown.length = 0;
    primers.length = 0;
    Object.assign(globalThis, { MediaStreamTrackGenerator: FakeGenerator, VideoFrame: FakeFrame });
  });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'MediaStreamTrackGenerator');
    Reflect.deleteProperty(globalThis, 'VideoFrame');
  });

  test('[C4] a new encoder is set up by a black frame, not by the first one of the camera', async () => {
    const { sender, given } = newSender();
    const camera = newTrack('video');
    await controlOf(sender, 'video').send(camera);
    expect(given).toEqual([primers[0], camera]);
    expect(shown).toMatchObject([{ codedWidth: 320, codedHeight: 240 }]);
    expect(primers).toMatchObject([{ stopped: true }]);
  });

  test('[C4] an encoder that has run is never shown a black frame, whoever plays next', async () => {
    const { sender, given } = newSender();
    const camera = newTrack('video');
    await controlOf(sender, 'video').send(camera);
    await controlOf(sender, 'video').send(null);
    given.length = 0;
    await controlOf(sender, 'video').send(camera);
    expect(given).toEqual([camera]);
  });

  test('[C4] sound needs no black frame', async () => {
    const { sender, given } = newSender();
    const microphone = newTrack('audio');
    await controlOf(sender, 'audio').send(microphone);
    expect(given).toEqual([microphone]);
  });

  test('[C4] where the black frame is refused, the camera is sent all the same', async () => {
    Object.assign(globalThis, {
      VideoFrame: function refuse() {
        throw new TypeError('no such format');
      },
    });
    const { sender, given } = newSender();
    const camera = newTrack('video');
    await controlOf(sender, 'video').send(camera);
    expect(given.at(-1)).toBe(camera);
  });
});

test('[C4] a browser that makes no tracks from frames sends the camera alone', async () => {
  const { sender, given } = newSender();
  const camera = newTrack('video');
  await controlOf(sender, 'video').send(camera);
  expect(given).toEqual([camera]);
});
