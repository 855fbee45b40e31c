/**
 * How well one can talk with somebody. `good`: like a telephone in the same town. `fair`: some will notice. `poor`: many
 * will complain. `lost`: the path is silent. `unknown`: not linked, or not measured yet.
 */
export type ConnectionQuality = 'good' | 'fair' | 'poor' | 'lost' | 'unknown';

/** What one sample says of the path to somebody. */
export interface QualitySample {
  /** The round trip time of the path. */
  readonly rttMs: number | undefined;
  /** Lost packets of all, 0 to 1, in the worse direction. */
  readonly lossRatio: number | undefined;
  /** Whether the path does not carry the video that it is to carry. */
  readonly isShort: boolean;
}

/** The quality, and what is remembered between two samples. */
export interface QualityMemory {
  readonly quality: ConnectionQuality;
  /** What the sample before would have it be. */
  readonly proposed: ConnectionQuality;
}

/** Not measured yet. */
export const UNMEASURED: QualityMemory = { quality: 'unknown', proposed: 'unknown' };
/** The path is silent. */
export const LOST: QualityMemory = { quality: 'lost', proposed: 'lost' };

/** What a jitter buffer, a codec and a sound card add to the one-way delay: 20 ms packets, two of them waiting. */
const DEVICE_DELAY_MS = 60;
/** ITU-T G.107: what is left of 100 with all other parameters at their defaults. */
const BASIC_RATING = 93.2;
/** ITU-T G.113: robustness against loss of a codec with concealment. */
const LOSS_ROBUSTNESS_PERCENT = 25.1;
/** ITU-T G.109: from 80 on users are satisfied, from 70 on some are dissatisfied, below it many. */
const LEAST_GOOD_RATING = 80;
const LEAST_FAIR_RATING = 70;
/** A class is left only where the rating is beyond its border by so much. */
const MARGIN = 2;

/**
 * Takes a sample. Another class holds once two samples in a row say the same; the first sample holds at once, so that
 * nobody waits for a judgement.
 */
export function nextQuality({ quality, proposed }: QualityMemory, sample: QualitySample): QualityMemory {
  const now = classOf(sample, quality);
  const isFirst = quality === 'unknown' || quality === 'lost';
  return { quality: isFirst || now === proposed ? now : quality, proposed: now };
}

function classOf({ rttMs, lossRatio, isShort }: QualitySample, now: ConnectionQuality): ConnectionQuality {
  if (rttMs === undefined && lossRatio === undefined) return now === 'lost' ? 'unknown' : now;
  const rating = ratingOf(rttMs ?? 0, lossRatio ?? 0);
  const isNew = now === 'unknown' || now === 'lost';
  const border = (least: number, isAbove: boolean) => least + (isNew ? 0 : isAbove ? -MARGIN : MARGIN);
  const leastFair = border(LEAST_FAIR_RATING, now !== 'poor');
  const leastGood = border(LEAST_GOOD_RATING, now === 'good');
  if (rating < leastFair) return 'poor';
  return rating < leastGood || isShort ? 'fair' : 'good';
}

/**
 * The E-model of ITU-T G.107, reduced to what is measured: the delay impairment in the form of Cole and Rosenbluth (2001),
 * which bends where ITU-T G.114 has its border at about 150 ms one way, and that of random loss.
 */
export function ratingOf(rttMs: number, lossRatio: number): number {
  const delayMs = rttMs / 2 + DEVICE_DELAY_MS;
  const ofDelay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - 177.3);
  const lossPercent = Math.min(1, Math.max(0, lossRatio)) * 100;
  const ofLoss = (95 * lossPercent) / (lossPercent + LOSS_ROBUSTNESS_PERCENT);
  return BASIC_RATING - ofDelay - ofLoss;
}
