import { cell, type Readable } from '@conclave/core';
import type { Room } from '@conclave/mesh';
import type { SentFile } from '@conclave/react-bindings';

import { divisionOf, type Division, type Rates } from './division';
import { fileBytes, fileRates } from './file-rates';

/** The upload at one time. */
export interface Moment {
  /** By the clock of `performance.now()`. */
  readonly atMs: number;
  readonly capacityBps: number | undefined;
  readonly total: Rates;
}

/** What is shown of the upload. */
export interface Recorded {
  readonly now: Division;
  /** The last two minutes, the oldest first. */
  readonly past: readonly Moment[];
}

const EVERY_MS = 1_000;
/** How far the plot goes back: long enough to see what a newcomer changed. */
export const SHOWN_MS = 120_000;

/** Notes once a second how the upload of a room is divided, from when it is started until it is stopped. */
export class Recording {
  readonly #room: Room;
  readonly #recorded = cell<Recorded | undefined>(undefined);
  #files: readonly SentFile[] = [];
  #bytes = fileBytes([], 0);

  constructor(room: Room) {
    this.#room = room;
  }

  get recorded(): Readable<Recorded | undefined> {
    return this.#recorded.readable;
  }

  /** The files that are sent now. */
  setFiles(files: readonly SentFile[]): void {
    this.#files = files;
  }

  start(): () => void {
    this.#note();
    const timer = setInterval(() => this.#note(), EVERY_MS);
    return () => clearInterval(timer);
  }

  #note(): void {
    const atMs = performance.now();
    const bytes = fileBytes(this.#files, atMs);
    const now = divisionOf(this.#room.uplink.get(), fileRates(this.#bytes, bytes));
    this.#bytes = bytes;
    const past = this.#recorded.get()?.past.filter((moment) => moment.atMs > atMs - SHOWN_MS) ?? [];
    const moment = { atMs, capacityBps: now.capacityBps, total: now.total };
    this.#recorded.set({ now, past: [...past, moment] });
  }
}
