import type { Verdict } from '@conclave/protocol';

import { push, queueOf, shift, toList, type Queue } from './queue.js';

/** A reliable message that one peer is owed. */
export interface Owed<T> {
  readonly item: T;
  readonly bytes: number;
}

/** One that has been on a line. */
export interface Sent<T> extends Owed<T> {
  readonly counter: number;
}

/** What is known of a message in the end: see `Outcome`. */
export interface Settled<T> {
  readonly item: T;
  readonly outcome: 'delivered' | 'not-sent' | 'unknown';
}

/** What one peer is still owed, over however many links, one after the other. */
export interface Outbox<T> {
  /** The counter of the newest message that has been on a line. */
  readonly lastCounter: number;
  /** Was on the line of an earlier link and did not arrive: goes first. */
  readonly again: Queue<Sent<T>>;
  /** On the line, and not said to be taken off it. */
  readonly sent: Queue<Sent<T>>;
  readonly sentBytes: number;
  /** Taken off the line, and waiting for a handler there. */
  readonly held: ReadonlyMap<number, Sent<T>>;
  /** Never on a line. */
  readonly waiting: Queue<Owed<T>>;
  /** Of all of these. */
  readonly count: number;
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

/** An outbox that owes nothing, at the beginning of a conversation. */
export function emptyOutbox<T>(): Outbox<T> {
  const none = queueOf<never>([]);
  return {
    lastCounter: 0,
    again: none,
    sent: none,
    sentBytes: 0,
    held: new Map(),
    waiting: none,
    count: 0,
    bytes: 0,
  };
}

/** Whether there is room for a message of so many bytes. */
export function hasRoom(outbox: Outbox<unknown>, bytes: number): boolean {
  return outbox.count < MAX_OUTBOX_MESSAGES && outbox.bytes + bytes <= MAX_OUTBOX_BYTES;
}

/** How full it is, from 0 to 1. */
export function fullness({ count, bytes }: Outbox<unknown>): number {
  return Math.max(count / MAX_OUTBOX_MESSAGES, bytes / MAX_OUTBOX_BYTES);
}

/** Adds a message, or answers `undefined` where the peer is too far behind. */
export function enqueue<T>(outbox: Outbox<T>, item: T, bytes: number): Outbox<T> | undefined {
  if (!hasRoom(outbox, bytes)) return undefined;
  const waiting = push(outbox.waiting, { item, bytes });
  return { ...outbox, waiting, count: outbox.count + 1, bytes: outbox.bytes + bytes };
}

/** Takes the next message to put on the line; `undefined` where none waits, or too much is on its way. */
export function takeNext<T>(outbox: Outbox<T>): readonly [Outbox<T>, Sent<T>] | undefined {
  if (outbox.sent.size >= MAX_IN_FLIGHT_MESSAGES || outbox.sentBytes >= MAX_IN_FLIGHT_BYTES) return undefined;
  const onLine = (next: Sent<T>, rest: Partial<Outbox<T>>) => {
    const sent = push(outbox.sent, next);
    return [{ ...outbox, ...rest, sent, sentBytes: outbox.sentBytes + next.bytes }, next] as const;
  };
  const repeated = shift(outbox.again);
  if (repeated) return onLine(repeated[0], { again: repeated[1] });
  const fresh = shift(outbox.waiting);
  if (!fresh) return undefined;
  const [owed, waiting] = fresh;
  const counter = outbox.lastCounter + 1;
  return onLine({ ...owed, counter }, { waiting, lastCounter: counter });
}

/**
 * The far end has taken everything up to a counter off the line; its verdicts say what became of those that were not
 * simply handled. A counter that was not sent settles nothing more.
 */
export function acknowledge<T>(
  outbox: Outbox<T>,
  counter: number,
  verdicts: readonly Verdict[] = [],
): readonly [Outbox<T>, readonly Settled<T>[]] {
  // What says nothing new costs nothing: an acknowledgement is a few bytes to who sends it.
  const isDecided = verdicts.some(({ counter: held, is }) => is !== 'waits' && outbox.held.has(held));
  const before = outbox.lastCounter - outbox.again.size - outbox.sent.size; // the last one before those on the line
  if (!isDecided && (outbox.sent.size === 0 || counter <= before)) return [outbox, []];
  const said = new Map(verdicts.map((one) => [one.counter, one.is]));
  const settled: Settled<T>[] = [];
  const held = new Map(outbox.held);
  let [{ sent, sentBytes, count, bytes }, isNew] = [outbox, false];
  const settle = (one: Sent<T>, is: 'handled' | 'dropped' = 'handled') => {
    settled.push({ item: one.item, outcome: is === 'handled' ? 'delivered' : 'not-sent' });
    count -= 1;
    bytes -= one.bytes;
  };
  for (const [waited, one] of outbox.held) {
    const is = said.get(waited);
    if (is === undefined || is === 'waits') continue;
    held.delete(waited);
    settle(one, is);
  }
  for (let next = shift(sent); next && next[0].counter <= counter; next = shift(sent)) {
    const [one, rest] = next;
    const is = said.get(one.counter);
    sent = rest;
    sentBytes -= one.bytes;
    isNew = true;
    if (is === 'waits') held.set(one.counter, one);
    else settle(one, is);
  }
  if (!isNew && settled.length === 0) return [outbox, settled];
  return [{ ...outbox, sent, sentBytes, held, count, bytes }, settled];
}

/** The line is gone, and another one has come: what was on its way goes again. */
export function rewind<T>(outbox: Outbox<T>): Outbox<T> {
  const again = queueOf([...toList(outbox.sent), ...toList(outbox.again)]);
  return { ...outbox, again, sent: queueOf<Sent<T>>([]), sentBytes: 0 };
}

/** The far end remembers nothing of this conversation: what ever left is unknown, and the rest begins a new one. */
export function restart<T>(outbox: Outbox<T>): readonly [Outbox<T>, readonly Settled<T>[]] {
  const left = [...outbox.held.values(), ...toList(outbox.sent), ...toList(outbox.again)];
  const { waiting } = outbox;
  const bytes = left.reduce((rest, one) => rest - one.bytes, outbox.bytes);
  const settled = left.map(({ item }) => ({ item, outcome: 'unknown' as const }));
  return [{ ...emptyOutbox<T>(), waiting, count: waiting.size, bytes }, settled];
}

/** Gives up what waits and is not wanted any longer. */
export function discard<T>(
  outbox: Outbox<T>,
  isUnwanted: (item: T) => boolean,
): readonly [Outbox<T>, readonly Settled<T>[]] {
  const all = toList(outbox.waiting);
  const unwanted = all.filter(({ item }) => isUnwanted(item));
  if (unwanted.length === 0) return [outbox, []];
  const waiting = queueOf(all.filter(({ item }) => !isUnwanted(item)));
  const bytes = unwanted.reduce((rest, one) => rest - one.bytes, outbox.bytes);
  const settled = unwanted.map(({ item }) => ({ item, outcome: 'not-sent' as const }));
  return [{ ...outbox, waiting, count: outbox.count - unwanted.length, bytes }, settled];
}

/** There will be no other line: says of each message what is known. */
export function drain<T>(outbox: Outbox<T>): readonly Settled<T>[] {
  const [{ waiting }, left] = restart(outbox);
  return [...left, ...toList(waiting).map(({ item }) => ({ item, outcome: 'not-sent' as const }))];
}

/** Whether a message waits to be put on the line. */
export function isOwing({ again, waiting }: Outbox<unknown>): boolean {
  return again.size + waiting.size > 0;
}

/** What has been on a line and is not settled. */
export function underWay<T>({ again, sent, held }: Outbox<T>): readonly T[] {
  return [...held.values(), ...toList(sent), ...toList(again)].map(({ item }) => item);
}
