import { encodePathFrame, type ProbeFrame } from '@conclave/protocol';

import type { LinkPort } from '../link/link-port.js';
import { arrived, NO_ARRIVALS, takeDelays, type Arrivals } from '../logic/path-delays.js';
import { allowances } from '../state/allowances.js';
import { clockUs } from './clock.js';

/** A sender that is to yield within a few frames has to hear as often; a report is one small packet. */
const REPORT_MS = 50;
/** The last packet of a train may be lost: what came by then is reported. */
const TRAIN_MS = 200;
/** Answers to trains: several of them in a row, and not a stream of them. */
const TRAINS_OF_A_LINK = { burst: 8, perSecond: 2 };

/** What the receiving half of a link's measurements needs. */
export interface ArrivalsDoors {
  /** Whether live audio of somebody else comes in. */
  hearsOthers(): boolean;
}

/** What arrives by one link, timed and told back to who sent it. */
export class LinkArrivals {
  readonly #port: LinkPort;
  readonly #doors: ArrivalsDoors;
  readonly #trains = allowances<'all'>(TRAINS_OF_A_LINK);
  #arrivals: Arrivals = NO_ARRIVALS;
  #reportedAtMs = -Infinity;
  #due: ReturnType<typeof setTimeout> | undefined;
  #train:
    | { readonly id: number; readonly startUs: number; lastUs: number; packets: number; bytes: number }
    | undefined;
  #trainDue: ReturnType<typeof setTimeout> | undefined;

  constructor(port: LinkPort, doors: ArrivalsDoors) {
    this.#port = port;
    this.#doors = doors;
  }

  /** A timed frame came, with so many bytes of a file. */
  timed(sentAtUs: number, bytes: number): void {
    this.#arrivals = arrived(this.#arrivals, clockUs() - sentAtUs, bytes);
    const waitMs = this.#reportedAtMs + REPORT_MS - performance.now();
    // Also by what arrives: timers of a page in the background fire once a second.
    if (waitMs <= 0) this.#report();
    else this.#due ??= setTimeout(() => this.#report(), waitMs);
  }

  /** A packet of a train came, or one by itself. */
  probe({ train, of, sentAtUs, padding }: ProbeFrame): void {
    this.timed(sentAtUs, 0);
    if (train === 0) return;
    const nowUs = clockUs();
    if (this.#train?.id !== train) {
      this.#spread();
      if (!this.#trains.take('all')) return;
      this.#train = { id: train, startUs: nowUs, lastUs: nowUs, packets: 1, bytes: 0 };
      this.#trainDue = setTimeout(() => this.#spread(), TRAIN_MS);
    } else {
      this.#train.lastUs = nowUs;
      this.#train.packets += 1;
      this.#train.bytes += padding;
    }
    if (this.#train.packets >= of) this.#spread();
  }

  /** The link is over. */
  stop(): void {
    clearTimeout(this.#due);
    clearTimeout(this.#trainDue);
    this.#train = undefined;
  }

  #report(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    const taken = takeDelays(this.#arrivals);
    if (!taken) return;
    const { minDelayUs, medianDelayUs, rest } = taken;
    this.#arrivals = rest;
    this.#reportedAtMs = performance.now();
    const { bytes, packets } = rest;
    const isTimeCritical = this.#doors.hearsOthers();
    const report = { type: 'report', minDelayUs, medianDelayUs, bytes, packets, isTimeCritical } as const;
    this.#port.channels.send('lossy', encodePathFrame(report));
  }

  #spread(): void {
    clearTimeout(this.#trainDue);
    const train = this.#train;
    this.#train = undefined;
    if (!train) return;
    const { id, packets, bytes, startUs, lastUs } = train;
    const spread = { type: 'spread', train: id, packets, bytes, spreadUs: lastUs - startUs } as const;
    this.#port.channels.send('lossy', encodePathFrame(spread));
  }
}
