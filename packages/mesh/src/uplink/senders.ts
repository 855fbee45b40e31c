import type { Encoding, PeerId, SenderHandle, VideoSource } from '@conclave/core';

import type { SubscriberDemand, VideoDemand } from '../logic/uplink/demand.js';
import type { SubscriberPlan, UplinkPlan } from '../logic/uplink/uplink-plan.js';

/** What the subscribers of these senders want, as a plan takes it. */
export function demandsOf(senders: readonly SenderHandle[]): readonly SubscriberDemand[] {
  const wanted = senders.filter((sender) => sender.state.get().isWanted);
  return [...new Set(wanted.map(({ farId }) => farId))].map((farId) => {
    const ofPeer = wanted.filter((sender) => sender.farId === farId);
    return {
      farId,
      audioStreams: ofPeer.filter(({ kind }) => kind === 'audio').length,
      videos: ofPeer.filter(({ kind }) => kind === 'video').map(videoDemand),
    };
  });
}

function videoDemand({ stream, state }: SenderHandle): VideoDemand {
  const { demand, source } = state.get();
  const { width = 0, height = 0, framerate = 0 } = source ?? {};
  const { maxHeight, maxFramerate, weight = 1 } = demand;
  return { stream, weight, width, height, framerate, maxHeight, maxFramerate };
}

/** How a plan has a sender encode; nothing where the plan does not know it. */
export function encodingOf(
  { farId, stream, kind, state }: SenderHandle,
  plan: UplinkPlan,
): Encoding | undefined {
  const subscriber = plan.subscribers.find((one) => one.farId === farId);
  if (!subscriber) return undefined;
  return kind === 'audio' ? audioEncoding(subscriber) : videoEncoding(subscriber, stream, state.get().source);
}

function audioEncoding({ audio }: SubscriberPlan): Encoding {
  return { active: true, maxBitrateBps: audio.maxBitrateBps, adaptivePtime: audio.encoding === 'thin' };
}

/** A rate so near to the source's would drop every third or fourth frame: unsteady, and hardly cheaper. */
const NEAR_SOURCE = 0.7;

function videoEncoding(
  { videos }: SubscriberPlan,
  stream: string,
  source: VideoSource | undefined,
): Encoding | undefined {
  const video = videos.find((one) => one.stream === stream);
  if (!video) return undefined;
  if (video.state === 'paused') return { active: false };
  const { maxBitrateBps, scaleResolutionDownBy } = video;
  const isNear = source !== undefined && video.maxFramerate >= NEAR_SOURCE * source.framerate;
  const maxFramerate = isNear ? source.framerate : video.maxFramerate;
  return { active: true, maxBitrateBps, maxFramerate, scaleResolutionDownBy, keepsSize: true };
}

/** Whether an encoding takes less than another one: such a change goes first. */
export function isLess(encoding: Encoding, than: Encoding | undefined): boolean {
  if (encoding.active === false) return true;
  return (encoding.maxBitrateBps ?? Infinity) < (than?.maxBitrateBps ?? Infinity);
}

/** Whether two encodings are the same. */
export function isSameEncoding(one: Encoding, other: Encoding | undefined): boolean {
  return (
    one.active === other?.active &&
    one.maxBitrateBps === other?.maxBitrateBps &&
    one.maxFramerate === other?.maxFramerate &&
    one.scaleResolutionDownBy === other?.scaleResolutionDownBy &&
    one.adaptivePtime === other?.adaptivePtime
  );
}

/** What browsers do by themselves. */
export const UNGOVERNED: Encoding = {
  active: true,
  maxBitrateBps: undefined,
  maxFramerate: undefined,
  scaleResolutionDownBy: undefined,
  adaptivePtime: undefined,
  keepsSize: undefined,
};

/** The far ends of these senders that are wanted. */
export function peersOf(senders: readonly SenderHandle[]): readonly PeerId[] {
  return [...new Set(senders.filter((one) => one.state.get().isWanted).map(({ farId }) => farId))];
}
