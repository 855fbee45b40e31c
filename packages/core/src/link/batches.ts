import { batchedBytes, encodeBatch } from '@conclave/protocol';

import { afterTask } from '../state/after-task.js';

/** What is collected before it leaves: some packets' worth. More per call of the browser was not faster. */
const BATCH_BYTES = 8 * 1024;

/**
 * Frames on their way to a channel. A frame of its own costs the browser a call, a wake-up and a packet, so the frames of one
 * task leave together; the first of a task leaves at once, so that what comes alone does not wait.
 */
export class Batches {
  readonly #send: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  #frames: Uint8Array[] = [];
  #bytes = 0;
  #isCollecting = false;

  /** `send` hands bytes to the channel, and says whether it took them. */
  constructor(send: (bytes: Uint8Array<ArrayBuffer>) => boolean) {
    this.#send = send;
  }

  /** Bytes that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a frame; false where it has no place. */
  add(frame: Uint8Array): boolean {
    const isAlone = !this.#isCollecting || batchedBytes(frame) >= BATCH_BYTES;
    if (isAlone) {
      if (!this.flush() || !this.#send(encodeBatch([frame]))) return false;
      this.#collect();
      return true;
    }
    this.#frames.push(frame);
    this.#bytes += batchedBytes(frame);
    if (this.#bytes >= BATCH_BYTES) this.flush();
    return true;
  }

  /** Lets what waits here leave; false where the channel does not take it just now: then it goes on waiting. */
  flush(): boolean {
    if (this.#bytes === 0) return true;
    if (!this.#send(encodeBatch(this.#frames))) return false;
    this.#frames = [];
    this.#bytes = 0;
    return true;
  }

  #collect(): void {
    if (this.#isCollecting) return;
    this.#isCollecting = true;
    afterTask(() => {
      this.#isCollecting = false;
      this.flush();
    });
  }
}
