import type { VideoDemand } from './demand.js';
import { ENCODER_FLOOR_BPS, type PlanLimits } from './limits.js';
import { scaleFor } from './scale.js';

/** One size and frame rate that a video can be sent at. */
export interface Step {
  /** Divides both sides of the source; never under 1. */
  readonly scaleResolutionDownBy: number;
  /** Height of the picture, in pixels. */
  readonly height: number;
  /** Frames per second. */
  readonly maxFramerate: number;
  /** Pixels per second: what it costs the processor. */
  readonly pixelRate: number;
  /** With less than this, in bits per second, it looks worse than the step below. */
  readonly leastBps: number;
}

/** What a video can be sent as, for one subscriber. */
export interface Ladder {
  /** From the least to what is wanted: no step has a smaller picture or fewer frames than the one before it. */
  readonly steps: readonly [Step, ...Step[]];
  /** Whether the last step is less than the source: the subscriber asked for no more, or the limits allow none. */
  readonly isAsked: boolean;
}

/**
 * Sizes as the areas of 16:9 pictures of so many lines, with their frame rates. Going down, the picture first loses lines
 * at full smoothness, which few notice in a tile; from 360 lines on, where a face begins to lose its features, frames go
 * first, to 15 a second, at which lips still match words; then lines again; and only the smallest becomes a slide show.
 * The last is the source as it is.
 */
const SIZES: readonly (readonly [lines: number, framerate: number])[] = [
  [180, 7],
  [180, 10],
  [180, 15],
  [270, 15],
  [360, 15],
  [360, 20],
  [360, 30],
  [540, 30],
  [720, 30],
  [1080, 30],
  [Infinity, Infinity],
];

/**
 * Bits per second for (pixels per second) ^ 3/4: the more pixels, and the closer frames are in time, the more alike they
 * are, and the fewer bits each needs. 1280 x 720 at 30 gives 667 kbit/s, 640 x 360 236, 320 x 180 at 15 50: the least that
 * libwebrtc takes for these sizes is 600, 150 and 30 (kSimulcastFormatsVP8).
 */
const LEAST_FACTOR = 1.75;

/** The same for what a video can use: 2 Mbit/s, 708 and 149 kbit/s; libwebrtc's table has 2500, 700 and 200 at most. */
const MOST_FACTOR = 5.25;

/** What a source is taken for while nobody knows: what most cameras give. */
const UNKNOWN = { width: 1280, height: 720, framerate: 30 } as const;
/** No camera or screen has more: what says so is no source. */
const MAX_SIDE = 16_384;
const MAX_FRAMERATE = 240;
/** One macroblock: encoders need as much, and nobody asks for less. */
const MIN_HEIGHT = 16;

/** Whether the subscriber wants no picture at all. */
export function isUnwanted({ maxHeight, maxFramerate }: VideoDemand): boolean {
  return (maxHeight !== undefined && maxHeight < 1) || (maxFramerate !== undefined && maxFramerate <= 0);
}

/** The ladder of a demand. */
export function ladderOf(demand: VideoDemand, limits: PlanLimits): Ladder {
  const width = known(demand.width, MAX_SIDE, UNKNOWN.width);
  const height = known(demand.height, MAX_SIDE, UNKNOWN.height);
  const source = known(demand.framerate, MAX_FRAMERATE, UNKNOWN.framerate);
  const askedScale = height / Math.max(MIN_HEIGHT, Math.min(height, asked(demand.maxHeight)));
  const framerate = Math.min(source, asked(demand.maxFramerate));

  const steps: Step[] = [];
  let former: Step | undefined;
  for (const [lines, frames] of SIZES.toReversed()) {
    // A rounded scale may not undo the order of two sizes.
    const needed = Math.max(1, askedScale, Math.sqrt((width * height * 9) / 16) / lines);
    const scale = Math.max(former?.scaleResolutionDownBy ?? 1, scaleFor(width, height, needed));
    const maxFramerate = Math.min(framerate, frames);
    if (former?.scaleResolutionDownBy === scale && former.maxFramerate === maxFramerate) continue;
    former = stepOf(width, height, scale, maxFramerate);
    if (former.leastBps <= limits.maxVideoBps) steps.unshift(former);
  }
  const [first = stepOf(width, height, askedScale, framerate), ...others] = steps;
  const last = others.at(-1) ?? first;
  return {
    steps: [first, ...others],
    isAsked: last.scaleResolutionDownBy > 1 || last.maxFramerate < source,
  };
}

/** What a video can use at this step: more would not be seen. */
export function mostBps({ pixelRate }: Step, limits: PlanLimits): number {
  const useful = Math.max(ENCODER_FLOOR_BPS, MOST_FACTOR * powerOf(pixelRate));
  return Math.floor(Math.min(useful, limits.maxVideoBps));
}

function stepOf(width: number, height: number, scale: number, maxFramerate: number): Step {
  const lines = Math.max(1, Math.floor(height / scale + 1e-6));
  const pixelRate = (width / scale) * lines * maxFramerate;
  return {
    scaleResolutionDownBy: scale,
    height: lines,
    maxFramerate,
    pixelRate,
    leastBps: LEAST_FACTOR * powerOf(pixelRate),
  };
}

/** To the power of 3/4. */
const powerOf = (value: number) => Math.sqrt(value * Math.sqrt(value));

const known = (value: number, most: number, otherwise: number) =>
  value >= 1 ? Math.min(value, most) : otherwise;

const asked = (value = Infinity) => (Number.isNaN(value) ? Infinity : value);
