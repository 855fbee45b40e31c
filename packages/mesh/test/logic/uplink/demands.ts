import fc from 'fast-check';

import type { SubscriberDemand, VideoDemand } from '../../../src/logic/uplink/demand.js';
import type { UplinkPlan, VideoPlan } from '../../../src/logic/uplink/uplink-plan.js';

/** A camera of 720 lines. */
export const CAMERA: VideoDemand = { stream: 'camera', weight: 1, width: 1280, height: 720, framerate: 30 };

/** So many who are sent sound and these videos. */
export function subscribers(
  count: number,
  videos: readonly VideoDemand[] = [CAMERA],
): readonly SubscriberDemand[] {
  return Array.from({ length: count }, (_, index) => ({ farId: `peer ${index}`, audioStreams: 1, videos }));
}

/** All videos of a plan, by subscriber and stream. */
export function videosOf(plan: UplinkPlan): ReadonlyMap<string, VideoPlan> {
  return new Map(
    plan.subscribers.flatMap(({ farId, videos }) =>
      videos.map((video) => [`${farId} ${video.stream}`, video] as const),
    ),
  );
}

const SOURCES = [
  [1280, 720],
  [1920, 1080],
  [640, 480],
  [720, 1280],
  [160, 120],
  [1366, 768],
  [3840, 2160],
  [0, 0],
] as const;

const video = fc
  .record({
    source: fc.constantFrom(...SOURCES),
    framerate: fc.constantFrom(5, 15, 20, 30, 60),
    weight: fc.constantFrom(0.25, 1, 1, 1, 3, 10),
    maxHeight: fc.option(fc.constantFrom(0, 90, 180, 240, 360, 720), { nil: undefined, freq: 2 }),
    maxFramerate: fc.option(fc.constantFrom(5, 15, 30), { nil: undefined, freq: 2 }),
  })
  .map(({ source: [width, height], ...others }) => ({ width, height, ...others }));

const subscriber = fc.record({
  audioStreams: fc.constantFrom(0, 1, 1, 1, 2),
  videos: fc
    .array(video, { maxLength: 3 })
    .map((list) => list.map((one, index) => ({ ...one, stream: `video ${index}` }))),
});

/** Rooms of people who want different things. */
export const anyRoom = fc
  .array(subscriber, { maxLength: 8 })
  .map((list) => list.map((one, index) => ({ ...one, farId: `peer ${index}` })));

/** From far too little to plenty. */
export const anyCapacity = fc.oneof(
  fc.integer({ min: 0, max: 4_000_000 }),
  fc.integer({ min: 0, max: 40_000_000 }),
);
