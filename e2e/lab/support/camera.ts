import type { Peer } from '../../support/peer.js';

/** What a camera gives. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
}

const SMALL: Picture = { width: 320, height: 180, frameRate: 15 };

/** Opens a camera and a microphone, and keeps them as `kit.keep.media`. */
export async function openCamera(peer: Peer, picture: Picture = SMALL): Promise<void> {
  await peer.evaluate(async (video) => {
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio, video });
    kit.keep.media = { audio: stream.getAudioTracks()[0]!, video: stream.getVideoTracks()[0]! };
  }, picture);
}

/** Publishes camera and microphone as `camera`. */
export async function publishCamera(peer: Peer, picture: Picture = SMALL): Promise<void> {
  await openCamera(peer, picture);
  await peer.evaluate(async () => {
    const { audio, video } = kit.keep.media;
    const camera = kit.keep.connection.publish('camera');
    kit.keep.outgoing['camera'] = camera;
    await Promise.all([camera.attachAudio(audio), camera.attachVideo(video)]);
  });
}
