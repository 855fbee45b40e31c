import type { PeerId } from '@conclave/core';

import type { Peer } from '../../support/peer.js';
import { until } from '../../support/wait.js';
import { readTransports } from '../../support/witness.js';

/** Connects peers; their IDs in the same order. */
export function connectAll(url: string, ...peers: readonly Peer[]): Promise<PeerId[]> {
  return Promise.all(peers.map((peer) => peer.evaluate((to: string) => kit.connect(to), url)));
}

/** Publishes a stream, with a camera if asked for; everybody may play it. */
export function publish(peer: Peer, name: string, withCamera = false): Promise<void> {
  return peer.evaluate(
    async (stream: string, camera: boolean) => {
      kit.keep.outgoing[stream] = kit.keep.connection.publish(stream);
      if (camera) await kit.keep.outgoing[stream].attachVideo((await kit.media()).video);
    },
    name,
    withCamera,
  );
}

/** Plays a stream and keeps it under its name; `playing`, or the code of what it was refused with. */
export function play(peer: Peer, farId: PeerId, name: string, media = true): Promise<string> {
  return peer.evaluate(
    async (id: PeerId, stream: string, withMedia: boolean) => {
      const incoming = kit.keep.connection.play(id, stream, { media: withMedia });
      kit.keep.incoming[stream] = incoming;
      return incoming.ready.then(
        () => 'playing',
        (error: unknown) => kit.codeOf(error),
      );
    },
    farId,
    name,
    media,
  );
}

/** The phase of a stream that is played, with the code of its end. */
export function phaseOf(peer: Peer, name: string): Promise<string> {
  return peer.evaluate((stream: string) => {
    const state = kit.keep.incoming[stream]!.state.get();
    return 'code' in state ? `${state.phase} ${state.code}` : state.phase;
  }, name);
}

/** Waits for a phase of a stream that is played. */
export async function untilPhase(peer: Peer, name: string, phase: string, withinMs = 5_000): Promise<void> {
  let now = '';
  try {
    await until(async () => (now = await phaseOf(peer, name)) === phase, { within: withinMs, what: phase });
  } catch {
    throw new Error(`${name} at ${peer.name} is ${now}, not ${phase}, after ${withinMs / 1000} s`);
  }
}

/** The far IDs of those who play a published stream. */
export function subscribersOf(peer: Peer, name: string): Promise<PeerId[]> {
  return peer.evaluate(
    (stream: string) => kit.keep.outgoing[stream]!.peerStreams.get().map(({ farId }) => farId),
    name,
  );
}

/** The far IDs that a peer has proven links to. */
export function linksOf(peer: Peer): Promise<PeerId[]> {
  return peer.evaluate(() => [...kit.keep.connection.links.get().keys()]);
}

/** Media bytes that a peer has received on all its transports, as its WebRTC counts them. */
export async function mediaBytes(peer: Peer): Promise<number> {
  const transports = await readTransports(peer);
  return transports.reduce((sum, { incoming }) => sum + incoming.audio.bytes + incoming.video.bytes, 0);
}

/** Waits until frames of a stream that is played are decoded. */
export function untilFrames(peer: Peer, count = 2): Promise<void> {
  const frames = async () =>
    (await readTransports(peer)).reduce((sum, { incoming }) => sum + incoming.video.frames, 0);
  return frames().then(async (before) => {
    await until(async () => (await frames()) >= before + count, {
      within: 8_000,
      what: `frames at ${peer.name}`,
    });
  });
}
