/** What a subscriber can make use of. What is left out is not limited. */
export interface Demand {
  /** Lines of video at the most: more would be scaled down where it is shown. Above 0, at most 4,320. */
  readonly maxHeight?: number | undefined;
  /** Frames per second at the most. Above 0, at most 240. */
  readonly maxFramerate?: number | undefined;
  /** How much its video counts beside that of other subscribers, where not all fits. Above 0, at most 100; 1 where left out. */
  readonly weight?: number | undefined;
}

/** What a camera or a screen gives. */
export interface VideoSource {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Frames per second. */
  readonly framerate: number;
}

/** How it stands with what is sent to one subscriber. */
export interface SenderState {
  /** Whether a track is attached, and the subscriber wants this kind of media. */
  readonly isWanted: boolean;
  /** What the subscriber can make use of. */
  readonly demand: Demand;
  /** What the track gives, for video that is attached. */
  readonly source: VideoSource | undefined;
}

/** Where a track does not say: what cameras give when nothing is asked of them. */
const USUAL: VideoSource = { width: 640, height: 480, framerate: 30 };

/** What a track gives, as far as it says. */
export function sourceOf(settings: {
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
}): VideoSource {
  const { width = USUAL.width, height = USUAL.height, frameRate = USUAL.framerate } = settings;
  return { width, height, framerate: frameRate };
}

/** Less than a sixteenth of a side is no picture. */
const MOST_DIVIDED = 16;

/** How video is encoded where no budget decides: no larger than it is asked for. */
export function unaided({ maxHeight, maxFramerate }: Demand, source: VideoSource = USUAL) {
  return {
    scaleResolutionDownBy:
      maxHeight === undefined ? undefined : Math.min(MOST_DIVIDED, Math.max(1, source.height / maxHeight)),
    maxFramerate,
  };
}
