/** A reliable message on its way to one peer. */
export interface Outgoing<T> {
  readonly counter: number;
  readonly item: T;
  readonly bytes: number;
}

/** What one peer is still owed, in order: first what was sent and is not acknowledged, then what waits. */
export interface Outbox<T> {
  readonly nextCounter: number;
  readonly unacknowledged: readonly Outgoing<T>[];
  readonly waiting: readonly Outgoing<T>[];
  readonly bytes: number;
}

/** Messages that one peer may be behind; who falls further behind is not waited for. */
export const MAX_OUTBOX_MESSAGES = 1_000;
/** Bytes that one peer may be behind. */
export const MAX_OUTBOX_BYTES = 4 * 1024 * 1024;
/**
 * What may be on its way and not acknowledged: a quarter of the outbox, so that who waits for `accepted` before the next
 * message never overruns it, also where the browser's own buffer says nothing (in `@roamhq/wrtc` it is always empty).
 */
const MAX_IN_FLIGHT_MESSAGES = MAX_OUTBOX_MESSAGES / 4;
/** At a round trip of 100 ms this is 80 Mbit/s. */
const MAX_IN_FLIGHT_BYTES = MAX_OUTBOX_BYTES / 4;

/** An outbox that owes nothing. */
export function emptyOutbox<T>(): Outbox<T> {
  return { nextCounter: 1, unacknowledged: [], waiting: [], bytes: 0 };
}

/** Adds a message, or answers `undefined` where the peer is too far behind. */
export function enqueue<T>(outbox: Outbox<T>, item: T, bytes: number): Outbox<T> | undefined {
  const count = outbox.unacknowledged.length + outbox.waiting.length;
  if (count >= MAX_OUTBOX_MESSAGES || outbox.bytes + bytes > MAX_OUTBOX_BYTES) return undefined;
  const waiting = [...outbox.waiting, { counter: outbox.nextCounter, item, bytes }];
  return { ...outbox, nextCounter: outbox.nextCounter + 1, waiting, bytes: outbox.bytes + bytes };
}

/** Takes the next message to put on the wire; `undefined` where none waits, or too much is on its way. */
export function takeNext<T>(outbox: Outbox<T>): readonly [Outbox<T>, Outgoing<T>] | undefined {
  const [next, ...waiting] = outbox.waiting;
  if (!next || outbox.unacknowledged.length >= MAX_IN_FLIGHT_MESSAGES) return undefined;
  if (outbox.unacknowledged.reduce((sum, one) => sum + one.bytes, 0) >= MAX_IN_FLIGHT_BYTES) return undefined;
  return [{ ...outbox, waiting, unacknowledged: [...outbox.unacknowledged, next] }, next];
}

/** Settles everything up to a counter that the far end says it has handled; a counter never sent settles nothing more. */
export function acknowledge<T>(
  outbox: Outbox<T>,
  counter: number,
): readonly [Outbox<T>, readonly Outgoing<T>[]] {
  const settled = outbox.unacknowledged.filter((one) => one.counter <= counter);
  if (settled.length === 0) return [outbox, settled];
  const bytes = settled.reduce((left, one) => left - one.bytes, outbox.bytes);
  return [{ ...outbox, bytes, unacknowledged: outbox.unacknowledged.slice(settled.length) }, settled];
}
