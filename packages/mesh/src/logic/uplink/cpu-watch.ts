/** What of the pixels asked for the processor encodes in time. */
export interface CpuWatch {
  /** 0 to 1: what a plan takes as `cpuVideoScale`. */
  readonly scale: number;
  readonly limitedSinceMs: number | undefined;
  readonly changedAtMs: number;
}

/** What was seen of the encoders. */
export interface CpuObservation {
  /** Now, by any clock that does not go back. */
  readonly atMs: number;
  /** Whether the browser says of any video that the processor limits it (W3C WebRTC Statistics, `qualityLimitationReason`). */
  readonly isLimited: boolean;
  /** Time that all encoders together take, in parts of one core. */
  readonly encodeLoad: number;
  /** Cores of this machine. */
  readonly cores: number;
}

/** All encoders together may take so much of all cores: decoding, drawing and the application want the rest. */
const MAX_LOAD = 0.5;
/** A browser says `cpu` after it has waited itself; what lasts a second is no hiccup. */
const LIMITED_MS = 1_000;
/** After a step down the encoders need so long to show what it gave. */
const STEP_MS = 3_000;
/** Growing back is tried seldom: each try that fails is seen by everybody. */
const REGROW_MS = 15_000;
const [STEP_DOWN, STEP_UP] = [0.75, 1.15];
/** One picture in ten pixels is still a picture. */
const LEAST = 0.1;

/** Nothing is limited. */
export const FREE_CPU: CpuWatch = { scale: 1, limitedSinceMs: undefined, changedAtMs: -Infinity };

/** What is known after an observation: down by steps while the processor is behind, up again after a while. */
export function stepCpu(before: CpuWatch, { atMs, isLimited, encodeLoad, cores }: CpuObservation): CpuWatch {
  const isBehind = isLimited || encodeLoad > MAX_LOAD * cores;
  const limitedSinceMs = isBehind ? (before.limitedSinceMs ?? atMs) : undefined;
  const watch = { ...before, limitedSinceMs };
  const sinceChangeMs = atMs - before.changedAtMs;
  if (limitedSinceMs !== undefined) {
    if (atMs - limitedSinceMs < LIMITED_MS || sinceChangeMs < STEP_MS) return watch;
    return { ...watch, scale: Math.max(LEAST, before.scale * STEP_DOWN), changedAtMs: atMs };
  }
  const hasRoom = encodeLoad * STEP_UP < MAX_LOAD * cores;
  if (before.scale >= 1 || !hasRoom || sinceChangeMs < REGROW_MS) return watch;
  return { ...watch, scale: Math.min(1, before.scale * STEP_UP), changedAtMs: atMs };
}
