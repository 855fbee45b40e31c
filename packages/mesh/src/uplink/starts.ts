import type { PeerId } from '@conclave/core';

/** Media that begins with the first frame of video may have blown up the jitter buffer for a minute: audio goes first. */
const AUDIO_FIRST_MS = 1_000;
/** Congestion control begins with a burst, which is over in so long. */
const BETWEEN_STARTS_MS = 700;

/** Congestion control sends ten packets of padding at once with the first audio of a link: on 200 kbit/s they take 60 ms. */
const BETWEEN_AUDIO_MS = 200;
/** Nobody waits longer for that: a call begins with sound. */
const MAX_AUDIO_WAIT_MS = 600;

/** When audio and video of newcomers may begin on a thin uplink: video after audio, and each one after the other. */
export class Starts {
  readonly #untilMs = new Map<PeerId, number>();
  #audioAtMs = -Infinity;

  /** Resolves when it is this newcomer's turn to be heard. */
  async audio(): Promise<void> {
    const nowMs = performance.now();
    this.#audioAtMs = Math.max(
      nowMs,
      Math.min(nowMs + MAX_AUDIO_WAIT_MS, this.#audioAtMs + BETWEEN_AUDIO_MS),
    );
    const waitMs = this.#audioAtMs - nowMs;
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  }

  /** Somebody's media is about to begin. */
  begin(farId: PeerId): void {
    if (this.#untilMs.has(farId)) return;
    // Those that run would give way to the bursts of several at once.
    const latestMs = Math.max(-Infinity, ...this.#untilMs.values());
    this.#untilMs.set(farId, Math.max(performance.now() + AUDIO_FIRST_MS, latestMs + BETWEEN_STARTS_MS));
  }

  /** Whether somebody's video still waits. */
  isWaiting(farId: PeerId): boolean {
    return performance.now() < (this.#untilMs.get(farId) ?? 0);
  }

  /** Forgets everybody else. */
  keep(present: ReadonlySet<PeerId>): void {
    for (const farId of [...this.#untilMs.keys()]) if (!present.has(farId)) this.#untilMs.delete(farId);
  }
}
