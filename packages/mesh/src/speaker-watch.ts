import { cell, type PeerId, type Readable } from '@conclave/core';

import { LOOK_MS, nextSpeaker, NOBODY_SPEAKS } from './logic/active-speaker.js';
import type { Participant } from './participant.js';

/** Listens who is speaking, while somebody is there. */
export class SpeakerWatch {
  readonly #participants: () => readonly Participant[];
  readonly #speaker = cell<PeerId | undefined>(undefined);
  #memory = NOBODY_SPEAKS;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(participants: () => readonly Participant[]) {
    this.#participants = participants;
  }

  /** Who is speaking. */
  get speaker(): Readable<PeerId | undefined> {
    return this.#speaker.readable;
  }

  /** Somebody came or went. */
  changed(): void {
    if (this.#participants().length === 0) this.close();
    else this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  /** Listens no longer. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#memory = NOBODY_SPEAKS;
    this.#speaker.set(undefined);
  }

  #look(): void {
    const levels = new Map(this.#participants().map((one) => [one.id, levelOf(one)]));
    this.#memory = nextSpeaker(this.#memory, performance.now(), levels);
    this.#speaker.set(this.#memory.speaker);
  }
}

/** The loudest of what one sends: somebody may also speak over the sound of a shared screen. */
function levelOf({ streams }: Participant): number | undefined {
  let loudest: number | undefined;
  for (const stream of streams.get().values()) {
    const level = stream.audioLevel();
    if (level !== undefined && (loudest === undefined || level > loudest)) loudest = level;
  }
  return loudest;
}
