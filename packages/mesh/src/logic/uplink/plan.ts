import { chooseAudio } from './audio.js';
import { castOf } from './cast.js';
import type { PlanInput } from './demand.js';
import { limitsOf, MAX_CAPACITY_BPS } from './limits.js';
import type { UplinkPlan } from './uplink-plan.js';
import { planVideos } from './videos.js';
import { audioWireBps } from './wire-cost.js';

/**
 * Divides an uplink: audio for everybody, then a floor for messages, then video; what is left is for files. Never more
 * than `mediaShare` of the capacity, unless audio alone needs it. More capacity gives nobody a worse picture, and one
 * more subscriber nobody a better one (unless the processor is short: its share is one of what is wanted). Takes any
 * numbers; O(n log n).
 *
 * @example
 * ```ts
 * const camera = { stream: 'camera', weight: 1, width: 1280, height: 720, framerate: 30 };
 * const subscribers = ['alice', 'bob'].map((farId) => ({ farId, audioStreams: 1, videos: [camera] }));
 * const plan = planUplink({ capacityBps: 1_000_000, subscribers });
 * plan.subscribers[0]?.videos[0]; // { state: 'reduced', why: 'uplink', maxBitrateBps: 319626, height: 360, ... }
 * ```
 */
export function planUplink(input: PlanInput): UplinkPlan {
  const capacityBps = Math.min(MAX_CAPACITY_BPS, Math.max(0, input.capacityBps || 0));
  const limits = limitsOf(input.limits);
  const { guests, wants, isSame } = castOf(input);

  let streams = 0;
  for (const { audioStreams } of guests) streams += audioStreams;
  const load = { streams, subscribers: guests.length };
  const wasThin = isSame && input.previous?.subscribers[0]?.audio.encoding === 'thin';
  const { encoding, isSafe } = chooseAudio(capacityBps, load, limits, wasThin);
  const streamBps = audioWireBps(limits, encoding);
  const audioBps = streams * streamBps;
  const floorsBps = guests.length * limits.messageFloorBps;

  // Where sound has to be thin there is no picture: good sound for all goes before a picture for some.
  const shareBps = encoding === 'normal' ? limits.mediaShare * capacityBps : 0;
  const forVideoBps = (divisor: number) => Math.max(0, shareBps / divisor - audioBps - floorsBps);
  const videos = planVideos(wants, { wireBps: forVideoBps, limits, isSame });

  const leftBps = Math.max(0, capacityBps - audioBps);
  const messageBps = Math.min(limits.messageFloorBps, leftBps / Math.max(1, guests.length));
  const maxBitrateBps = encoding === 'normal' ? limits.audioBps : limits.thinAudioBps;
  let mediaBps = audioBps;
  for (const { wireBps } of videos) mediaBps += wireBps;
  let first = 0;
  const subscribers = guests.map(({ farId, audioStreams, videos: count }) => {
    const audio = { encoding, maxBitrateBps, wireBps: audioStreams * streamBps };
    return { farId, audio, videos: videos.slice(first, (first += count)), messageBps };
  });
  return { capacityBps, subscribers, mediaBps, audioSafe: isSafe };
}
