// Runs in the browser, as publisher, as subscriber, or as one of five in a room.
import * as conclave from './contenders/conclave.mjs';
import * as handWritten from './contenders/hand-written.mjs';
import * as peerjs from './contenders/peerjs.mjs';
import { firstFrame, newVideo } from './first-frame.mjs';
import { connectForRoom, join, leave, whenSeen } from './mesh-page.mjs';

const contenders = { handWritten, conclave, peerjs };
const publishers = {};

globalThis.bench = {
  connectForRoom,
  join,
  leave,
  whenSeen,
  /** Opens one camera and has every contender publish it; answers where each can be found. */
  async publish(urls) {
    const camera = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: { width: 320, height: 240, frameRate: 30 },
    });
    const addresses = {};
    for (const [name, { publish }] of Object.entries(contenders)) {
      publishers[name] = await publish(urls, camera);
      addresses[name] = publishers[name].address;
    }
    return addresses;
  },
  /** Resolves once the publisher has nothing left of its last subscriber. */
  becomeIdle: (name) => publishers[name].becomeIdle(),
  /** A new subscriber, connected to its signalling server before the clock starts, plays until a frame was decoded. */
  async timeToFirstFrame(name, urls, address) {
    const subscriber = await contenders[name].subscribe(urls);
    const video = newVideo();
    const startMs = performance.now();
    const decodedMs = firstFrame(video);
    subscriber.play(address, video);
    const ms = (await decodedMs) - startMs;
    video.remove();
    await subscriber.close();
    return ms;
  },
};
