import { cell, type Readable } from '@conclave/core';

/** Whether the browser lets sound be heard. */
export type PlaybackState =
  | { readonly phase: 'allowed' }
  /** It waits for a click or a key: call `start` in the handler of one. */
  | {
      readonly phase: 'blocked';
      /** Starts everything that waits. */
      readonly start: () => void;
    };

const ALLOWED: PlaybackState = { phase: 'allowed' };

/** Gathers the media elements that the browser did not let play: one state and one call for all of them. */
export class Playback {
  readonly #blocked = new Set<() => void>();
  readonly #state = cell<PlaybackState>(ALLOWED);
  readonly #blockedState: PlaybackState = {
    phase: 'blocked',
    start: () => {
      for (const start of [...this.#blocked]) start();
    },
  };

  get state(): Readable<PlaybackState> {
    return this.#state.readable;
  }

  /** Somebody, named by how it is started, is blocked or is not any more. */
  set(start: () => void, isBlocked: boolean): void {
    if (isBlocked) this.#blocked.add(start);
    else this.#blocked.delete(start);
    this.#state.set(this.#blocked.size === 0 ? ALLOWED : this.#blockedState);
  }
}
