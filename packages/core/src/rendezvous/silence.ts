import { MAX_HEARTBEAT_MS, SILENCE_SLACK_MS } from './limits.js';

/** Notices that a server which promised to be heard has fallen silent. Watches one socket at a time. */
export interface SilenceWatch {
  /** Starts: from now on something has to be heard within two of these heartbeats and some slack. */
  start(heartbeatMs: number): void;
  /** Something was heard. Does nothing where nothing is watched. */
  heard(): void;
  /** Stops: the silence is nobody's business any more. */
  stop(): void;
}

type Watching =
  | { readonly at: 'rest' }
  | { readonly at: 'watch'; readonly limitMs: number; readonly timer: ReturnType<typeof setTimeout> };

/** Makes a watch at rest. It calls `silent` once, and rests again. */
export function silenceWatch(silent: () => void): SilenceWatch {
  let watching: Watching = { at: 'rest' };

  const stop = () => {
    if (watching.at === 'watch') clearTimeout(watching.timer);
    watching = { at: 'rest' };
  };
  const wait = (limitMs: number) => {
    stop();
    const timer = setTimeout(() => {
      watching = { at: 'rest' };
      silent();
    }, limitMs);
    watching = { at: 'watch', limitMs, timer };
  };

  return {
    start: (heartbeatMs) => wait(2 * Math.min(heartbeatMs, MAX_HEARTBEAT_MS) + SILENCE_SLACK_MS),
    heard() {
      if (watching.at === 'watch') wait(watching.limitMs);
    },
    stop,
  };
}
