import { connect } from '@conclave/core';

const STREAM = 'camera';
const options = { key: 'demo', iceServers: [] };

/** Publishes a camera to everybody. */
export async function publish({ rendezvous }, camera) {
  const connection = await connect(rendezvous, options);
  const stream = connection.publish(STREAM);
  await stream.attachAudio(camera.getAudioTracks()[0]);
  await stream.attachVideo(camera.getVideoTracks()[0]);
  return {
    address: connection.nearId,
    becomeIdle: () =>
      new Promise((resolve) => {
        const look = () => {
          if (connection.links.get().size > 0) return;
          stop();
          resolve();
        };
        const stop = connection.links.subscribe(look);
        look();
      }),
  };
}

/** A subscriber who is connected and plays nothing yet. */
export async function subscribe({ rendezvous }) {
  const connection = await connect(rendezvous, options);
  return {
    play(address, video) {
      video.srcObject = connection.play(address, STREAM).mediaStream;
    },
    close: () => connection.close(),
  };
}
