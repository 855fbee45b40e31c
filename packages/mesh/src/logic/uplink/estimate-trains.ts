import { lowerMedian } from './lower-median.js';

/** How a train of packets, sent back to back, arrived. */
export interface Train {
  readonly farId: string;
  /** When it left. */
  readonly sentAtMs: number;
  /** Bytes on the wire after its first packet. */
  readonly bytes: number;
  /** From its first packet to its last. */
  readonly spreadMs: number;
  /** Packets that came. */
  readonly packets: number;
}

/** What trains say together. */
export interface TrainVerdict {
  readonly capacityBps: number;
  /** Enough of them agree. */
  readonly isFirm: boolean;
}

/** A train speaks for so long. */
const MEMORY_MS = 30_000;
/** Trains that are remembered. */
const MAX_TRAINS = 32;
/**
 * A page sees no finer times than this where it is busy, or where a radio hands over several packets at once: a train
 * that seems to arrive in less says only that the path is at least so fast (9 Mbit/s for 3 packets of 1,200 bytes).
 */
const MIN_SPREAD_MS = 3;
/** A train that seems to take longer was held up by something else. */
const MAX_SPREAD_MS = 2_000;
/** Two packets give one gap, which is chance where it is short; where it is long the rest did not fit into the queue. */
const [MIN_PACKETS, LONG_GAP_MS] = [3, 15];
/** The newest that count: two of five are not the middle, so one peer of three cannot have it alone, */
const NEWEST = 5;
/** trains that make a verdict firm, */
const FIRM_TRAINS = 3;
/** and how far most of them may be from its middle. */
const FIRM_WITHIN = 0.25;

/** The trains that still speak, with one more. */
export function trainsWith(trains: readonly Train[], train: Train): readonly Train[] {
  const isLong = train.packets > 1 && train.spreadMs >= LONG_GAP_MS;
  const isUseful = train.packets >= MIN_PACKETS || isLong;
  if (!isUseful || !(train.bytes > 0) || !(train.spreadMs <= MAX_SPREAD_MS)) return trains;
  const kept = trains.filter((one) => train.sentAtMs - one.sentAtMs < MEMORY_MS);
  return [...kept, train].slice(-MAX_TRAINS);
}

/**
 * What the trains say of the uplink: the lower middle of the newest. Trains under way at the same time shared it, so they
 * add up. One far end with a slow downlink, or one that lies, is outvoted where there are three.
 */
export function trainVerdict(trains: readonly Train[]): TrainVerdict | undefined {
  const rates = trains.slice(-NEWEST).map((train) => rateWithOthers(train, trains));
  const capacityBps = lowerMedian(rates);
  if (capacityBps === undefined) return undefined;
  const near = rates.filter((rate) => Math.abs(rate - capacityBps) <= FIRM_WITHIN * capacityBps).length;
  return { capacityBps, isFirm: near >= FIRM_TRAINS };
}

/** What passed from this train's first packet to its last, of all trains. */
function rateWithOthers(train: Train, trains: readonly Train[]): number {
  const spreadMs = Math.max(MIN_SPREAD_MS, train.spreadMs);
  let bytes = 0;
  for (const other of trains) {
    const otherMs = Math.max(MIN_SPREAD_MS, other.spreadMs);
    const from = Math.max(train.sentAtMs, other.sentAtMs);
    const to = Math.min(train.sentAtMs + spreadMs, other.sentAtMs + otherMs);
    if (to > from) bytes += (other.bytes * (to - from)) / otherMs;
  }
  return (bytes * 8_000) / spreadMs;
}
