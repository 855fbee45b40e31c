import type { PeerId } from '@conclave/core';

import type { Peer } from './peer.js';
import type { Stage } from './stage.js';
import { until } from './wait.js';
import { readTransports, transportBetween, type Flow } from './witness.js';

/** Connects peers to the rendezvous of the test; their IDs in the same order. */
export async function connectAll<T extends readonly Peer[]>(
  stage: Stage,
  ...peers: T
): Promise<{ [K in keyof T]: PeerId }> {
  const { url } = stage;
  const ids = await Promise.all(peers.map((peer) => peer.evaluate((to: string) => kit.connect(to), url)));
  return ids as { [K in keyof T]: PeerId };
}

/** Publishes a stream with the peer's camera and microphone; everybody may play it. */
export async function publishCamera(peer: Peer, name = 'camera'): Promise<void> {
  await peer.evaluate(async (stream: string) => {
    const { audio, video } = await kit.media();
    const camera = kit.keep.connection.publish(stream);
    kit.keep.outgoing[stream] = camera;
    await Promise.all([camera.attachAudio(audio), camera.attachVideo(video)]);
  }, name);
}

/** Plays a stream, kept under its name, and waits for the grant; gives the code of the error where there is none. */
export async function play(peer: Peer, farId: PeerId, name = 'camera'): Promise<string> {
  return peer.evaluate(
    async (id: PeerId, stream: string) => {
      const incoming = kit.keep.connection.play(id, stream);
      kit.keep.incoming[stream] = incoming;
      try {
        await incoming.ready;
      } catch (error) {
        return kit.codeOf(error);
      }
      kit.listen(incoming.mediaStream);
      return 'playing';
    },
    farId,
    name,
  );
}

/** What `near` has received from `far` of one kind. */
export async function received(near: Peer, far: Peer, kind: 'audio' | 'video'): Promise<Flow> {
  return (await transportBetween(near, far)).incoming[kind];
}

/** Waits until so many more frames of `far` were decoded at `near`. */
export async function framesFlow(near: Peer, far: Peer, count = 3): Promise<void> {
  const { frames } = await received(near, far, 'video');
  const what = `${count} frames more of ${far.name} at ${near.name}`;
  await until(async () => (await received(near, far, 'video')).frames >= frames + count, {
    within: 10_000,
    what,
  });
}

/** Waits until sound of `far` was decoded at `near`. */
export async function soundFlows(near: Peer, far: Peer): Promise<void> {
  const { energy } = await received(near, far, 'audio');
  const what = `sound of ${far.name} at ${near.name}`;
  await until(async () => (await received(near, far, 'audio')).energy > energy, { within: 10_000, what });
}

/** All media that a peer has received on any transport. */
export async function totalReceived(
  peer: Peer,
): Promise<{ readonly bytes: number; readonly packets: number }> {
  const flows = (await readTransports(peer)).flatMap(({ incoming }) => [incoming.audio, incoming.video]);
  const sum = (key: 'bytes' | 'packets') => flows.reduce((total, flow) => total + flow[key], 0);
  return { bytes: sum('bytes'), packets: sum('packets') };
}
