import type { PeerId, UplinkPort } from '@conclave/core';

import { withinMs } from '../within.js';
import { trainVerdict } from '../logic/uplink/estimate-trains.js';
import type { CapacityEstimate, Train } from '../logic/uplink/estimate.js';

/** The first newcomer waits so long for the first measurement; nothing comes of it where nothing answers. */
const FIRST_TRAINS_MS = 700;
/** The first train of a link may come in one piece: it only opens the way. Three that agree are believed. */
const FIRST_TRAINS = 4;
/** The pages of a call that begins are busy: up to so many trains are compared, one at a time, until some agree. */
const [NEW_TRAINS, NEW_TRAIN_EVERY_MS] = [12, 500];
/** A train is a burst of 2.6 kB, of 5 where the path is fast or of 1.2 where it is thin: a queue of 20 ms at 1 Mbit/s. */
const TRAIN_EVERY_MS = 3_000;
/** From here on trains are of whole packets, lest the time that they take is too short to be told. */
const [FAST_BPS, WHOLE_PACKET_BYTES] = [2_000_000, 1_100];
/** Below, and where nothing is known, of small ones: 1.2 kB are 50 ms of queue at 200 kbit/s, and still 9 ms at 1 Mbit/s. */
const [THIN_BPS, SMALL_PACKET_BYTES] = [500_000, 200];

/** Measures the uplink by trains of packets: some at the beginning, later ones where they would tell more than waiting does. */
export class Trains {
  readonly #uplink: UplinkPort;
  readonly #seen: (train: Train) => void;
  #first: Promise<void> | undefined;
  #count = 0;
  #latestMs = -Infinity;
  #inAir: Promise<unknown> | undefined;

  /** `seen` hears of every train that has arrived. */
  constructor(uplink: UplinkPort, seen: (train: Train) => void) {
    this.#uplink = uplink;
    this.#seen = seen;
  }

  /** The first trains of all, to the first peer; resolves when they have arrived, after 700 ms at the latest. */
  first(farId: PeerId): Promise<void> {
    this.#first ??= withinMs(this.#begin(farId), FIRST_TRAINS_MS);
    return this.#first;
  }

  /** Sends one if it is time for one. */
  next(farId: PeerId, estimate: CapacityEstimate, isQuiet: boolean): void {
    const { source, wantsTrain, capacityBps = 0, memory } = estimate;
    if (source === 'stated' || this.#inAir) return;
    const sinceMs = performance.now() - this.#latestMs;
    const isNew = this.#count < NEW_TRAINS && isQuiet && trainVerdict(memory.trains)?.isFirm !== true;
    const isDue = isNew ? sinceMs >= NEW_TRAIN_EVERY_MS : wantsTrain && sinceMs >= TRAIN_EVERY_MS;
    if (isDue) void this.run(farId, capacityBps);
  }

  /** Sends one, after those that were asked for before; resolves when it has arrived, or is lost. */
  async run(farId: PeerId, capacityBps = 0): Promise<Train | undefined> {
    this.#count += 1;
    const train = await this.#send(farId, packetBytesFor(capacityBps));
    if (train) this.#seen(train);
    return train;
  }

  /** One at a time: of two that share the line, where one is lost the other tells only its part. */
  async #send(farId: PeerId, packetBytes?: number): Promise<Train | undefined> {
    while (this.#inAir) await this.#inAir;
    const sentAtMs = performance.now();
    this.#latestMs = sentAtMs;
    const train = this.#uplink.probe(farId, packetBytes);
    this.#inAir = train;
    try {
      const report = await train;
      return report && { farId, sentAtMs, ...report };
    } finally {
      this.#inAir = undefined;
    }
  }

  async #begin(farId: PeerId): Promise<void> {
    let train = await this.#send(farId, SMALL_PACKET_BYTES);
    for (let trains = 1; trains < FIRST_TRAINS; trains++) train = await this.run(farId, rateOf(train));
  }
}

/** What a train says by itself; nothing of one that came in one piece, or was lost. */
function rateOf(train: Train | undefined): number | undefined {
  return train && train.spreadMs > 0 ? (train.bytes * 8_000) / train.spreadMs : undefined;
}

/** Packets that take long enough to be timed, and no longer. */
function packetBytesFor(capacityBps: number): number | undefined {
  if (capacityBps > FAST_BPS) return WHOLE_PACKET_BYTES;
  return capacityBps > 0 && capacityBps < THIN_BPS ? SMALL_PACKET_BYTES : undefined;
}
