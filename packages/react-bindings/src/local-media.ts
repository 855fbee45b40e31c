import type { Unsubscribe } from '@conclave/core';
import { openCapture } from '@conclave/core/media';

import { lease } from './lease.js';
import { Device, type DeviceWish } from './local-device.js';

/** What is asked of the camera and the microphone. */
export interface MediaWish {
  readonly camera: DeviceWish;
  readonly microphone: DeviceWish;
}

/** The camera and the microphone of this end. */
export class LocalMedia {
  readonly camera = new Device('video');
  readonly microphone = new Device('audio');
  readonly #lease = lease<string>(() => this.#open());
  #wish: MediaWish = { camera: false, microphone: false };

  /** Holds what is wished for until the returned function is called; see {@link lease}. */
  hold(wish: MediaWish): Unsubscribe {
    this.#wish = wish;
    return this.#lease('devices');
  }

  /** The camera, on or given back: off means that its light is off. */
  readonly setCamera = (on: boolean): void => {
    if (on) void this.camera.turnOn(this.#wish.camera);
    else this.camera.turnOff();
  };

  /** The microphone, on or muted. */
  readonly setMicrophone = (on: boolean): void => {
    if (on) void this.microphone.turnOn(this.#wish.microphone);
    else this.microphone.mute();
  };

  #open(): () => void {
    const { camera, microphone } = this.#wish;
    if (camera && microphone) this.#openBoth();
    else if (camera) this.setCamera(true);
    else if (microphone) this.setMicrophone(true);
    return () => {
      this.camera.turnOff();
      this.microphone.turnOff();
    };
  }

  /** One question for both. Where that fails, each for itself: who has no camera can still speak. */
  #openBoth(): void {
    const { camera: video, microphone: audio } = this.#wish;
    const both = openCapture({ audio, video });
    const alone = (one: MediaStreamConstraints) => both.catch(() => openCapture(one));
    const microphone = alone({ audio });
    void this.microphone.open(microphone);
    // After the microphone has answered: two questions at once are one too many.
    void this.camera.open(
      both.catch(() => microphone.then(noStream, noStream).then(() => openCapture({ video }))),
    );
  }
}

const noStream = () => undefined;
