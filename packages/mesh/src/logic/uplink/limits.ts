/**
 * What a planner holds itself to. Bit rates are those of the encoders, in bits per second; what they cost on the wire is
 * more (`wire-cost.ts`).
 */
export interface PlanLimits {
  /** The share of the capacity that audio, video and the floors of messages may take; above 0, at most 1. */
  readonly mediaShare: number;
  /** Opus where the uplink carries it for everybody. */
  readonly audioBps: number;
  /** Opus in packets of 60 ms, for a thin uplink. */
  readonly thinAudioBps: number;
  /** The floor of a video: with less it is paused. */
  readonly minVideoBps: number;
  /** The ceiling of a video, however large it is. */
  readonly maxVideoBps: number;
  /** What is kept on the wire for one subscriber's messages before there is any video. */
  readonly messageFloorBps: number;
  /** The share of the pixels asked for that the processor can encode, 0 to 1; the least weights shrink first. */
  readonly cpuVideoScale: number;
}

/** The limits of a plan where the caller names no others. */
export const DEFAULT_LIMITS: PlanLimits = {
  // Nearly a fifth stays free for what no plan foresees: key frames, retransmissions, probes, chat and files, and an estimate
  // that is a few per cent too high. The figures of row E1 (queue and loss of audio) were reached with this share.
  mediaShare: 0.82,
  // Between the good rates of wideband (16 to 20 kbit/s) and fullband speech (28 to 40): RFC 7587 section 3.1.1.
  audioBps: 24_000,
  // Wideband speech (RFC 7587 section 3.1.1).
  thinAudioBps: 16_000,
  // 320 x 180 at 15 frames a second can be recognised from 50 kbit/s on.
  // libwebrtc would go on to 30 and show a smear: who pays for a picture should see one.
  minVideoBps: 50_000,
  // What libwebrtc allows 1280 x 720 (kSimulcastFormatsVP8): in a mesh nobody's uplink carries more for several.
  maxVideoBps: 2_500_000,
  // An idle data channel costs up to 8 kbit/s on the wire: heartbeats, acknowledgements, receiver reports, STUN.
  messageFloorBps: 8_000,
  cpuVideoScale: 1,
};

/** Encoders of video take no less: libwebrtc sends 30 kbit/s whatever the limit says. */
export const ENCODER_FLOOR_BPS = 30_000;

/** More than any uplink: sums of what is below it stay exact, and a capacity of Infinity has a plan. */
export const MAX_CAPACITY_BPS = 1e11;

/** More live audio senders than one peer connection has m-lines for: what is above is a slip of the caller. */
export const MAX_AUDIO_STREAMS = 64;

/** The weights that a demand may name, and what it counts as if it names none. */
export const WEIGHTS = { least: 0.01, usual: 1, greatest: 100 } as const;

/** How far from each other two capacities may be and still count as one in noise of 5 % to either side: 1.05 / 0.95. */
export const NOISE_RATIO = 1.11;

/** A bit rate changes by this share of it, or not at all: encoders take a change of less as a disturbance, and so do we. */
export const RATE_STEP = 0.08;

/** The given limits, and the usual ones where one is missing or no sensible number. */
export function limitsOf(given: Partial<PlanLimits> = {}): PlanLimits {
  const usual = DEFAULT_LIMITS;
  const rate = (value: number | undefined, otherwise: number, least = 0) =>
    value !== undefined && value >= 0 ? Math.min(MAX_CAPACITY_BPS, Math.max(least, value)) : otherwise;
  const share = (value: number | undefined, otherwise: number) =>
    value !== undefined && value >= 0 ? Math.min(1, value) : otherwise;
  const minVideoBps = Math.ceil(rate(given.minVideoBps, usual.minVideoBps, ENCODER_FLOOR_BPS));
  return {
    mediaShare: share(given.mediaShare, usual.mediaShare),
    audioBps: rate(given.audioBps, usual.audioBps),
    thinAudioBps: rate(given.thinAudioBps, usual.thinAudioBps),
    minVideoBps,
    maxVideoBps: rate(given.maxVideoBps, Math.max(minVideoBps, usual.maxVideoBps), minVideoBps),
    messageFloorBps: rate(given.messageFloorBps, usual.messageFloorBps),
    cpuVideoScale: share(given.cpuVideoScale, usual.cpuVideoScale),
  };
}
