// The page of a peer: the public API and the kit as globals, nothing else.
import * as core from '@conclave/core';
import * as knownPeers from '@conclave/core/known-peers';
import * as media from '@conclave/core/media';
import * as rooms from '@conclave/core/rooms';
import * as mesh from '@conclave/mesh';

import { makeKit } from './kit.mjs';

globalThis.conclave = { ...core, ...knownPeers, ...rooms, ...mesh };
globalThis.kit = makeKit(globalThis.conclave, {
  async openMedia() {
    const video = { width: 160, height: 120, frameRate: 5 };
    // Unprocessed: several pages of one browser share a sound device, and each would cancel the others as its echo.
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await media.openCapture({ audio, video });
    return { audio: stream.getAudioTracks()[0], video: stream.getVideoTracks()[0] };
  },
  listen(stream: MediaStream) {
    const element = document.createElement('video');
    // Not `element.muted`: Chromium reports no audio energy then. The browser itself is muted (--mute-audio).
    element.autoplay = true;
    element.srcObject = stream;
    document.body.append(element);
  },
});
