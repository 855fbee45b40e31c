/** What one direction of a path does to packets. */
export interface Shape {
  /** Bits of IP packets a second; `Infinity`, the default, for no limit. */
  readonly rateBps?: number;
  /** How long the queue is when full, in milliseconds at the rate of the moment. 200 by default; drop-tail. */
  readonly queueMs?: number;
  /** The size of the queue in bytes, instead of `queueMs`. A queue takes at least one packet of 1,500 bytes. */
  readonly queueBytes?: number;
  /** How long a packet is on its way after it left the queue. 0 by default. */
  readonly delayMs?: number;
  /** Each packet takes up to this much longer, evenly spread; packets keep their order. 0 by default. */
  readonly jitterMs?: number;
  /** The share of packets that is lost at random on the way, 0 to 1, after they took their part of the rate. */
  readonly lossRatio?: number;
}

/** Both directions of a path, seen from the host: `up` is what it sends. */
export interface PathOptions {
  /** From the host. */
  readonly up?: Shape;
  /** To the host. */
  readonly down?: Shape;
}

const DEFAULT_QUEUE_MS = 200;

/** The shape after a change: what the change leaves out stays. A queue is stated in time or in bytes, the last counts. */
export function changeShape(before: Shape, change: Shape): Shape {
  const { queueMs, queueBytes, ...rest } = before;
  const statesQueue = change.queueMs !== undefined || change.queueBytes !== undefined;
  const queue = statesQueue
    ? {}
    : { ...(queueMs !== undefined && { queueMs }), ...(queueBytes !== undefined && { queueBytes }) };
  return { ...rest, ...queue, ...change };
}

/**
 * The words of the command `shape`: rate (0: no limit), queue in bytes, delay and jitter in seconds, loss.
 * Throws a RangeError for what is not a shape.
 */
export function shapeWords(shape: Shape): readonly number[] {
  const { rateBps = Infinity, delayMs = 0, jitterMs = 0, lossRatio = 0 } = shape;
  const { queueMs = DEFAULT_QUEUE_MS } = shape;
  const isLimited = rateBps !== Infinity;
  const queueBytes = shape.queueBytes ?? (isLimited ? (rateBps * queueMs) / 8_000 : 0);
  check('rateBps', rateBps, rateBps > 0);
  check('queueBytes', queueBytes, queueBytes >= 0 && queueBytes < Infinity);
  check('delayMs', delayMs, delayMs >= 0 && delayMs < Infinity);
  check('jitterMs', jitterMs, jitterMs >= 0 && jitterMs < Infinity);
  check('lossRatio', lossRatio, lossRatio >= 0 && lossRatio <= 1);
  return [isLimited ? rateBps : 0, queueBytes, delayMs / 1_000, jitterMs / 1_000, lossRatio];
}

function check(name: string, value: number, isGood: boolean): void {
  if (!isGood) throw new RangeError(`${name} cannot be ${value}.`);
}
