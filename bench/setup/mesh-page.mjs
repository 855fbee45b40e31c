// One of five in a room. Times are on the clock that all pages of a browser share.
import { connect } from '@conclave/core';
import { joinRoom } from '@conclave/mesh';

import { firstFrame, newVideo } from './first-frame.mjs';

const STREAM = 'camera';
const nowMs = () => performance.timeOrigin + performance.now();

let camera;
let connection;
let room;
let watched = new Set();
let seenAtMs = [];
let onSeen = () => {};

/** Connects and opens the camera: neither belongs to the time that a join takes. */
export async function connectForRoom({ rendezvous }) {
  const video = { width: 160, height: 120, frameRate: 5 };
  camera ??= await navigator.mediaDevices.getUserMedia({ audio: true, video });
  connection = await connect(rendezvous, { key: 'demo', iceServers: [] });
}

/** Joins, sends the camera and watches everybody; answers when it started. */
export async function join(name) {
  const startedAtMs = nowMs();
  room = await joinRoom(connection, { room: name, publish: [STREAM] });
  room.participants.subscribe(watchAll);
  watchAll();
  const stream = room.streams.get(STREAM);
  await Promise.all([
    stream.attachAudio(camera.getAudioTracks()[0]),
    stream.attachVideo(camera.getVideoTracks()[0]),
  ]);
  return startedAtMs;
}

/** Resolves once a frame of so many others was seen, with the time at which the last of them was. */
export async function whenSeen(count) {
  while (seenAtMs.length < count) await new Promise((resolve) => (onSeen = resolve));
  return seenAtMs[count - 1];
}

/** Leaves, and forgets whom it saw. */
export async function leave() {
  await connection.close();
  for (const video of document.querySelectorAll('video')) video.remove();
  watched = new Set();
  seenAtMs = [];
}

function watchAll() {
  for (const participant of room.participants.get()) {
    if (watched.has(participant)) continue;
    watched.add(participant);
    const look = () => {
      const stream = participant.streams.get().get(STREAM);
      if (!stream) return;
      stop();
      void watch(stream.mediaStream);
    };
    const stop = participant.streams.subscribe(look);
    look();
  }
}

async function watch(mediaStream) {
  const video = newVideo();
  video.srcObject = mediaStream;
  await firstFrame(video);
  seenAtMs.push(nowMs());
  onSeen();
}
