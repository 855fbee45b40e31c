import type { Pacer } from '@conclave/core';
import type { Lane, PeerId } from '@conclave/protocol';

import {
  bucketOf,
  bulkAllowance,
  FULL_BUCKETS,
  nextTurn,
  refill,
  setWaits,
  takeBulk,
  takeMessage,
  withoutLink,
  type Buckets,
} from '../logic/uplink/buckets.js';
import type { ScavengeReport } from '../logic/uplink/scavenge-path.js';
import {
  onGone,
  onReport,
  onTick,
  SCAVENGE_MAX_BPS,
  startScavenger,
  type Scavenger,
  type ScavengeTick,
} from '../logic/uplink/scavenge.js';

/** What the uplink's plan leaves to messages and bulk. */
export type ScavengeBudget = Pick<ScavengeTick, 'reserveBps' | 'capacityBps' | 'spareBps' | 'videoShort'>;

type PacedLane = Parameters<Pacer['allowance']>[1];

/** How often the rate is looked at while something waits for it. */
const TICK_MS = 10;
/** A timer that has not fired for so long is late: the page is in the background, or busy. */
const LATE_MS = 100;
/** What fits one packet of SCTP: less would be all header. */
const MIN_FRAME_BYTES = 1_100;
/** What a message of the same link may have to wait for at once: more would not be faster. */
const MAX_FRAME_BYTES = 16 * 1024;
/** A frame is what leaves in so long. */
const FRAME_MS = 10;
/** Packets of bulk that may wait in the browser where the rate is low: they can no longer be overtaken. */
const MIN_WINDOW_FRAMES = 4;
/** And no more than leaves in so long where it is high, */
const WINDOW_MS = 50;
/** nor than this: more was hardly faster on loopback. */
const MAX_WINDOW_BYTES = 64 * 1024;
/** What SCTP, DTLS, UDP and IP put around a packet. */
const PACKET_OVERHEAD_BYTES = 92;
const PACKET_BYTES = 1_150;
/** Frames after which serving waits for the next tick: a lane that takes all of them has no end. */
const MAX_TURNS = 256;

/** The time that a pacer lives in. */
export interface PacerClock {
  /** Now, in milliseconds; it never goes back. */
  nowMs(): number;
  /** Runs something again and again; the answer stops it. */
  every(periodMs: number, run: () => void): () => void;
  /** Runs something once what is going on is done. */
  soon(run: () => void): void;
}

const PAGE_CLOCK: PacerClock = {
  nowMs: () => performance.now(),
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    return () => clearInterval(timer);
  },
  soon: (run) => queueMicrotask(run),
};

/** Lets files and floods of messages have what audio, video and the first words of a chat leave. */
export class ScavengerPacer implements Pacer {
  readonly #clock: PacerClock;
  #scavenger: Scavenger = startScavenger();
  #buckets: Buckets = FULL_BUCKETS;
  #budget: ScavengeBudget = { reserveBps: 0, capacityBps: undefined, videoShort: false };
  #sentBytes = new Map<string, number>();
  #filledAtMs: number;
  #wake: ((farId: PeerId) => void) | undefined;
  #stopTimer: (() => void) | undefined;
  #tickedAtMs: number;
  #gapMs = 0;
  #isServing = false;
  #isDue = false;

  constructor(clock = PAGE_CLOCK) {
    this.#clock = clock;
    this.#filledAtMs = this.#tickedAtMs = clock.nowMs();
  }

  /** What is known of the uplink's queue and of what bulk may take. */
  get state(): Scavenger {
    return this.#scavenger;
  }

  /** Everybody of whom something is kept: reports, rates, or what is owed for messages. */
  get peers(): ReadonlySet<PeerId> {
    return new Set([...this.#scavenger.links.keys(), ...this.#buckets.links.keys()] as PeerId[]);
  }

  /** What the plan leaves from now on. */
  setBudget(budget: ScavengeBudget): void {
    this.#budget = budget;
    this.#step();
    if (!this.#isFree) return;
    for (const [farId, { waits }] of this.#buckets.links) {
      if (!waits.messages) continue;
      this.#buckets = setWaits(this.#buckets, farId, 'messages', false);
      this.#wake?.(farId as PeerId); // whatever it owes
    }
  }

  /** A far end has reported how long things took. */
  reported(report: ScavengeReport): void {
    this.#scavenger = onReport(this.#scavenger, report, this.#clock.nowMs());
    this.#step();
    this.#serve();
  }

  /** A link has gone. */
  gone(farId: PeerId): void {
    this.#scavenger = onGone(this.#scavenger, farId);
    const { waits } = bucketOf(this.#buckets, farId);
    this.#buckets = withoutLink(this.#buckets, farId);
    this.#sentBytes.delete(farId);
    if (waits.messages || waits.bulk) this.#wake?.(farId); // another link of it may be there already
  }

  windowBytes(farId: PeerId, lane: Lane): number {
    if (lane === 'lossy') return MAX_WINDOW_BYTES;
    if (lane !== 'bulk' && this.#isFree) return MAX_WINDOW_BYTES;
    const bytes = (this.#usedBps(farId) / 8_000) * WINDOW_MS;
    const least = Math.max(MIN_WINDOW_FRAMES * MIN_FRAME_BYTES, 2 * this.frameBytes(farId));
    return Math.round(Math.max(least, Math.min(MAX_WINDOW_BYTES, bytes)));
  }

  frameBytes(farId: PeerId): number {
    const bytes = (this.#usedBps(farId) / 8_000) * FRAME_MS;
    return Math.round(Math.min(MAX_FRAME_BYTES, Math.max(MIN_FRAME_BYTES, bytes)));
  }

  allowance(farId: PeerId, lane: PacedLane): number {
    if (lane === 'messages' && this.#isFree) return Infinity;
    this.#step();
    const allowed = this.#allowed(farId, lane);
    this.#buckets = setWaits(this.#buckets, farId, lane, allowed <= 0);
    if (allowed <= 0) this.#tick();
    if (allowed <= 0 && lane === 'bulk') this.#serveSoon();
    return allowed;
  }

  sent(farId: PeerId, lane: PacedLane, bytes: number): void {
    if (lane === 'messages' && this.#isFree) return;
    const wire = bytes + PACKET_OVERHEAD_BYTES * Math.ceil(bytes / PACKET_BYTES);
    this.#buckets = (lane === 'bulk' ? takeBulk : takeMessage)(this.#buckets, farId, wire);
    this.#sentBytes.set(farId, (this.#sentBytes.get(farId) ?? 0) + wire);
  }

  start(wake: (farId: PeerId) => void): void {
    this.#wake = wake;
    this.#filledAtMs = this.#clock.nowMs();
  }

  stop(): void {
    this.#rest();
    this.#wake = undefined;
  }

  /** Looks at the rate again and again, as long as anything waits for it: a quiet page is left alone. */
  #tick(): void {
    if (this.#stopTimer || !this.#wake) return;
    this.#tickedAtMs = this.#clock.nowMs();
    this.#stopTimer = this.#clock.every(TICK_MS, () => {
      const nowMs = this.#clock.nowMs();
      this.#gapMs = nowMs - this.#tickedAtMs;
      this.#tickedAtMs = nowMs;
      this.#step();
      this.#serve();
      const links = [...this.#buckets.links.values()];
      if (!links.some(({ waits }) => waits.messages || waits.bulk)) this.#rest();
    });
  }

  #rest(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** Whether there is nothing that messages could be in the way of. */
  get #isFree(): boolean {
    return this.#budget.reserveBps <= 0;
  }

  #usedBps(farId: PeerId): number {
    return this.#scavenger.links.get(farId)?.usedBps ?? 0;
  }

  #allowed(farId: PeerId, lane: PacedLane): number {
    const link = bucketOf(this.#buckets, farId);
    if (lane === 'messages') return link.messageBytes;
    if (this.#scavenger.rateBps >= SCAVENGE_MAX_BPS && link.ownBytes === Infinity) return Infinity;
    return bulkAllowance(this.#buckets, farId, this.frameBytes(farId));
  }

  /** What time, reports and the plan have changed. */
  #step(): void {
    const atMs = this.#clock.nowMs();
    const elapsedMs = atMs - this.#filledAtMs;
    if (elapsedMs < 1) return;
    this.#filledAtMs = atMs;
    const before = this.#scavenger;
    this.#scavenger = onTick(before, { atMs, ...this.#budget, sentBytes: this.#sentBytes });
    if (this.#scavenger !== before) this.#sentBytes = new Map();
    const { rateBps, links } = this.#scavenger;
    const isLate = this.#gapMs > LATE_MS || atMs - this.#tickedAtMs > LATE_MS;
    const linkRateBps = (farId: string) => links.get(farId)?.rateBps ?? Infinity;
    this.#buckets = refill(this.#buckets, { elapsedMs, isLate, rateBps, linkRateBps });
  }

  /** Another link's turn may have come: not at once, its lane may be asking just now. */
  #serveSoon(): void {
    if (this.#isDue || this.#isServing) return;
    this.#isDue = true;
    this.#clock.soon(() => {
      this.#isDue = false;
      this.#serve();
    });
  }

  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      for (let turns = 0; turns < MAX_TURNS; turns++) {
        const farId = nextTurn(this.#buckets);
        if (farId === undefined) return;
        // Who sends nothing now had its turn; it asks again when it has something.
        this.#buckets = setWaits(this.#buckets, farId, 'messages', false);
        this.#buckets = setWaits(this.#buckets, farId, 'bulk', false);
        this.#wake?.(farId as PeerId);
      }
    } finally {
      this.#isServing = false;
    }
  }
}
