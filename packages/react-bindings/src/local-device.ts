import { cell, ConclaveError, type Readable } from '@conclave/core';
import { openCapture } from '@conclave/core/media';

/** A camera or a microphone of this end. */
export type LocalDevice =
  /** Not asked for, or given back: its light is off. */
  | { readonly phase: 'off' }
  /** The user or the system is being asked. */
  | { readonly phase: 'opening' }
  | { readonly phase: 'on'; readonly track: MediaStreamTrack }
  /** Held, so that it is back at once, but silent: nothing is sent. Microphones only. */
  | { readonly phase: 'muted'; readonly track: MediaStreamTrack }
  /** `media/denied`, `media/not-found`, `media/in-use`, or `usage/unsupported` on an insecure page. */
  | { readonly phase: 'failed'; readonly error: ConclaveError };

const OFF: LocalDevice = { phase: 'off' };

/** What the browser is asked for; `false`: nothing. */
export type DeviceWish = boolean | MediaTrackConstraints;

/** One camera or microphone. Of several calls in a row the last one counts. */
export class Device {
  readonly #kind: 'audio' | 'video';
  readonly #state = cell<LocalDevice>(OFF);
  #attempt: object | undefined;

  constructor(kind: 'audio' | 'video') {
    this.#kind = kind;
  }

  get state(): Readable<LocalDevice> {
    return this.#state.readable;
  }

  /** Asks for the device. A muted one is back at once. */
  turnOn(wish: DeviceWish): Promise<void> {
    const state = this.#state.get();
    if (state.phase === 'muted') {
      state.track.enabled = true;
      this.#state.set({ phase: 'on', track: state.track });
    }
    if (state.phase !== 'off' && state.phase !== 'failed') return Promise.resolve();
    return this.open(openCapture({ [this.#kind]: wish || true }));
  }

  /** Takes its track from a capture that is under way. Never rejects: a failure is a state. */
  async open(capture: Promise<MediaStream>): Promise<void> {
    const attempt = {};
    this.#attempt = attempt;
    this.#state.set({ phase: 'opening' });
    try {
      const stream = await capture;
      const [track] = stream.getTracks().filter(({ kind }) => kind === this.#kind);
      if (this.#attempt !== attempt) track?.stop();
      else if (track) this.#hold(track);
      else this.#fail(new ConclaveError('media/not-found'));
    } catch (thrown) {
      if (this.#attempt !== attempt) return;
      this.#fail(
        thrown instanceof ConclaveError ? thrown : new ConclaveError('media/not-found', { cause: thrown }),
      );
    }
  }

  /** Silences it, but holds it. One that is still being asked for is given up. */
  mute(): void {
    const state = this.#state.get();
    if (state.phase === 'opening') this.turnOff();
    if (state.phase !== 'on') return;
    state.track.enabled = false;
    this.#state.set({ phase: 'muted', track: state.track });
  }

  /** Gives it back. */
  turnOff(): void {
    this.#attempt = undefined;
    const state = this.#state.get();
    if ('track' in state) state.track.stop();
    this.#state.set(OFF);
  }

  #hold(track: MediaStreamTrack): void {
    // Only for what the user did not do: unplugged, or permission taken back. `stop()` fires nothing.
    track.addEventListener('ended', () => {
      const state = this.#state.get();
      if ('track' in state && state.track === track) {
        this.#fail(
          new ConclaveError('media/not-found', { hint: 'It was unplugged, or taken back by the system.' }),
        );
      }
    });
    this.#state.set({ phase: 'on', track });
  }

  #fail(error: ConclaveError): void {
    this.#state.set({ phase: 'failed', error });
  }
}
