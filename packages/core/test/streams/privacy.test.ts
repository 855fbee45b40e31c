import type { ControlFrame, PeerId } from '@conclave/protocol';

import type { LinkPort } from '../../src/link/link-port.js';
import type { TransceiverPair } from '../../src/link/media-lines.js';
import { cell } from '../../src/state/cell.js';
import type { Publisher } from '../../src/streams/publisher.js';
import { memoryLink } from '../support/memory-link.js';
import { publisherScene } from '../support/stream-ends.js';

const getSettings = () => ({});
const CAMERA = {
  audio: { kind: 'audio', getSettings },
  video: { kind: 'video', getSettings },
} as unknown as {
  audio: MediaStreamTrack;
  video: MediaStreamTrack;
};
const PLAY = { request: 1, stream: 'camera', audioMid: '1', videoMid: '2' };

/** A sender without WebRTC behind it. */
const newSender = () => ({
  track: null as MediaStreamTrack | null,
  getParameters: () => ({ encodings: [] }),
  async replaceTrack(track: MediaStreamTrack | null) {
    this.track = track;
  },
});

/** A subscriber over a proven link: what it was told, and what is on the senders to it. */
function subscriber(initial: string) {
  const farId = initial.repeat(64) as PeerId;
  const senders = { audio: newSender(), video: newSender() };
  const pair = { audio: { sender: senders.audio }, video: { sender: senders.video } };
  const told: ControlFrame[] = [];
  const { port } = memoryLink(farId);
  const nonce = new Uint8Array(32);
  const link = { farId, state: cell(port.state).readable, nearNonce: nonce, farNonce: nonce };
  const proven = {
    ...port,
    link,
    send: (frame: ControlFrame) => told.push(frame),
    lines: {
      sendersFor: () => pair as unknown as TransceiverPair,
      receiversFor: () => undefined,
    },
  } as unknown as LinkPort;
  return { port: proven, told, tracks: () => [senders.audio.track, senders.video.track] };
}

/** Alice publishes a camera; each question is answered by the test. */
function alice() {
  const answers: ((yes: boolean) => void)[] = [];
  const { publisher } = publisherScene();
  const camera = publisher.publish('camera', () => new Promise<boolean>((resolve) => answers.push(resolve)));
  void camera.attachAudio(CAMERA.audio);
  void camera.attachVideo(CAMERA.video);
  return { publisher, camera, answer: (yes: boolean) => answers.shift()?.(yes) };
}

const NOTHING = [null, null];
const ALL = [CAMERA.audio, CAMERA.video];
/** Lets consent and what follows it, which run in microtasks, come to their end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('[B8] no track is on a sender before onPeerConnect has said yes, and all are after it', async () => {
  const { publisher, answer } = alice();
  const bob = subscriber('b');
  publisher.farPlays(bob.port, [PLAY]);
  await settled();
  expect(bob.tracks()).toEqual(NOTHING);
  expect(bob.told).toEqual([]);
  answer(true);
  await settled();
  expect(bob.tracks()).toEqual(ALL);
});

test.each([
  ['leaves', (publisher: Publisher, port: LinkPort) => publisher.control(port, { t: 'unplay', request: 1 })],
  ['is gone', (publisher: Publisher, port: LinkPort) => publisher.down(port, 'peer/lost', false)],
])('[B8] when the last subscriber %s no track stays on a sender', async (_, end) => {
  const { publisher, answer, camera } = alice();
  const bob = subscriber('b');
  publisher.farPlays(bob.port, [PLAY]);
  answer(true);
  await settled();
  expect(bob.tracks()).toEqual(ALL);
  end(publisher, bob.port);
  await settled();
  expect(bob.tracks()).toEqual(NOTHING);
  await camera.attachVideo(CAMERA.video);
  expect(bob.tracks()).toEqual(NOTHING);
});

test('[B8] a kind that a subscriber has turned off is on no sender to it', async () => {
  const { publisher, answer } = alice();
  const bob = subscriber('b');
  publisher.farPlays(bob.port, [PLAY]);
  answer(true);
  await settled();
  publisher.control(bob.port, { t: 'receive', request: 1, audio: false, video: true });
  await settled();
  expect(bob.tracks()).toEqual([null, CAMERA.video]);
  publisher.control(bob.port, { t: 'receive', request: 1, audio: true, video: false });
  await settled();
  expect(bob.tracks()).toEqual([CAMERA.audio, null]);
});

test('[C7] who was refused has no track and no place', async () => {
  const { publisher, answer } = alice();
  const bob = subscriber('b');
  publisher.farPlays(bob.port, [PLAY]);
  answer(false);
  await settled();
  expect(bob.told).toMatchObject([{ t: 'ended', code: 'stream/refused' }]);
  expect(bob.tracks()).toEqual(NOTHING);
  expect(publisher.granted.get()).toEqual([]);
});

test('[E6] a place that somebody takes while another one is asked about is not given twice', async () => {
  const { publisher, answer } = alice();
  publisher.maxPeerConnections = 1;
  const [bob, charlie] = [subscriber('b'), subscriber('c')];
  publisher.farPlays(bob.port, [PLAY]);
  publisher.farPlays(charlie.port, [PLAY]);
  answer(true);
  answer(true);
  await settled();
  expect(bob.told).toMatchObject([{ t: 'granted' }]);
  expect(charlie.told).toMatchObject([{ t: 'ended', code: 'stream/limit' }]);
  expect(charlie.tracks()).toEqual(NOTHING);
});
