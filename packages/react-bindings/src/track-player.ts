import { cell, type Readable } from '@conclave/core';

/** How a media element does with the track that it was given. */
export type TrackElementState =
  /** No track, or no element. */
  | { readonly phase: 'empty' }
  /** The browser was asked to play, and has not answered or does. */
  | { readonly phase: 'playing' }
  /** The browser plays sound only after a click or a key on the page: call `start` in the handler of one. */
  | { readonly phase: 'blocked' };

/** Keeps a media element and a track together, whichever of them comes first or is replaced. */
export class TrackPlayer {
  readonly #state = cell<TrackElementState>({ phase: 'empty' });
  #element: HTMLMediaElement | null = null;
  #track: MediaStreamTrack | undefined;

  get state(): Readable<TrackElementState> {
    return this.#state.readable;
  }

  /** The element that plays, for React's `ref`. */
  readonly attach = (element: HTMLMediaElement | null): void => {
    if (element === this.#element) return;
    if (this.#element) this.#element.srcObject = null;
    this.#element = element;
    this.#load();
  };

  /** What it plays. */
  show(track: MediaStreamTrack | undefined): void {
    if (track === this.#track) return;
    this.#track = track;
    this.#load();
  }

  /** Asks the browser to play; to be called from the handler of a click or a key after `blocked`. */
  readonly start = (): void => {
    const element = this.#element;
    if (!element?.srcObject) return;
    this.#state.set({ phase: 'playing' });
    element.play().catch((error: unknown) => {
      // Anything else is a source that was replaced meanwhile: the next call to play speaks for that.
      const isRefusal = error instanceof Error && error.name === 'NotAllowedError';
      if (isRefusal && element === this.#element && element.srcObject) this.#state.set({ phase: 'blocked' });
    });
  };

  #load(): void {
    if (this.#element) this.#element.srcObject = this.#track ? new MediaStream([this.#track]) : null;
    if (this.#element && this.#track) this.start();
    else this.#state.set({ phase: 'empty' });
  }
}
