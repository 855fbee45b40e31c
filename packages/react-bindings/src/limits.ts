/** Messages kept under one name, the oldest go first: more than anybody scrolls through, at 64 KiB each at most 64 MiB. */
export const MAX_KEPT_MESSAGES = 1_000;
/** Files that have ended and are still listed, the oldest go first: more than anybody scrolls through. */
export const MAX_ENDED_FILES = 100;
/** How often the progress of a file renders: a bar looks steady, and a fast transfer costs no more than a slow one. */
export const PROGRESS_INTERVAL_MS = 100;
/** A demand for video asks for steps of this many lines: a window that is drawn larger changes the encoder a few times, not at each pixel. The usual heights (90, 180, 360, 720, 1080) are steps. */
export const PICTURE_STEP_PX = 45;
/** A smaller picture than this saves next to nothing: encoders spend as much on its overhead. */
export const MIN_PICTURE_PX = 90;
/** The most lines that can be asked for: 8K. */
export const MAX_PICTURE_PX = 4_320;
/** How long sizes must stand still before they are asked for: somebody who draws a window larger has let go. */
export const DEMAND_SETTLE_MS = 200;
/** How long nobody must look before the video is turned off: who looks into another tab for a moment finds it running. */
export const UNSEEN_OFF_MS = 5_000;
/** How much more than the others the active speaker weighs where not everybody's video fits. */
export const SPEAKER_WEIGHT = 3;
/** What one video may weigh at most; core refuses more. */
export const MAX_WEIGHT = 100;
/** What an application calls worth nothing is still asked for, last of all. */
export const MIN_WEIGHT = 0.01;
