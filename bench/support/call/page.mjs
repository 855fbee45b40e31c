// Runs in the browser, as one participant of a call. The order of these imports matters: the first one watches.
import './connections.mjs';
import * as conclave from './contenders/conclave.mjs';
import * as handWritten from './contenders/hand-written.mjs';
import * as peerjs from './contenders/peerjs.mjs';
import { hearChat, readChat, startChat, stopChat } from './chat.mjs';
import { nowMs } from './clock.mjs';
import { startRecorder, stopRecorder } from './recorder.mjs';
import { readStats } from './stats.mjs';

const engines = { conclave, handWritten, peerjs };
/** How often a condition is looked at. */
const LOOK_MS = 25;

let end;
let tracks = { audio: null, video: null };

globalThis.bench = {
  /** Opens a camera and a microphone; `video` is what `getUserMedia` takes. */
  async openCamera(video) {
    const camera = await navigator.mediaDevices.getUserMedia({ audio: true, video });
    tracks = { audio: camera.getAudioTracks()[0] ?? null, video: camera.getVideoTracks()[0] ?? null };
  },
  /** Joins the call by this engine. */
  async join(engine, urls, options) {
    end = await engines[engine].join(urls, options, hearChat);
  },
  /** Sends what the camera gives, or a part of it: `audio`, `video`. */
  attach: (kinds) =>
    end.attach({
      audio: kinds.includes('audio') ? tracks.audio : null,
      video: kinds.includes('video') ? tracks.video : null,
    }),
  /** Resolves once so many others can be talked to. */
  async whenWith(others) {
    while (end.others() < others) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  },
  startChat: () => startChat(end.chat),
  stopChat,
  /** Begins to send a file that never ends, to everybody or to one of them. */
  startFile: (to) => end.startFile(to),
  stopFile: () => end.stopFile(),
  startRecorder,
  stopRecorder,
  readChat,
  /** Counters of what was received, and what is being sent just now. */
  snapshot: async () => ({ atMs: nowMs(), ...(await readStats()) }),
  /** What it believes of its uplink, where it says so. */
  plan: () => end.plan?.(),
  /** What it says to one more. */
  wouldFit: () => end.wouldFit(),
  leave: () => end.close(),
};
