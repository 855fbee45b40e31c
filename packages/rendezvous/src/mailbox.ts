import type { CountedMessage } from '@conclave/protocol';

import { MAILBOX_BYTES, MAILBOX_FRAMES } from './limits.js';

/** An event that has not been counted yet. */
export type Uncounted = CountedMessage extends infer Message
  ? Message extends CountedMessage
    ? Omit<Message, 'counter'>
    : never
  : never;

/** The newest events of one client: counted, bounded, kept until seen. */
export interface Mailbox {
  /** The counter of the newest event. */
  readonly counter: number;
  /** Whether one more event of this size fits without dropping another. */
  fits(event: Uncounted): boolean;
  /** Counts and keeps an event; the oldest are dropped where there are too many. */
  put(event: Uncounted): CountedMessage;
  /** The events after a counter, or `undefined` where some of them were dropped or it was never reached. */
  after(counter: number): readonly CountedMessage[] | undefined;
  /** Forgets the events up to a counter. */
  seen(counter: number): void;
}

/** Makes an empty mailbox. */
export function mailbox(): Mailbox {
  const kept: CountedMessage[] = [];
  let bytes = 0;
  let counter = 0;
  const forgetOldest = () => {
    const oldest = kept.shift();
    if (oldest) bytes -= bytesOf(oldest);
  };
  return {
    get counter() {
      return counter;
    },
    fits: (event) => kept.length < MAILBOX_FRAMES && bytes + bytesOf(event) <= MAILBOX_BYTES,
    put(event) {
      counter += 1;
      const counted = { ...event, counter } as CountedMessage;
      kept.push(counted);
      bytes += bytesOf(counted);
      while (kept.length > MAILBOX_FRAMES || bytes > MAILBOX_BYTES) forgetOldest();
      return counted;
    },
    after(from) {
      const firstKept = kept[0]?.counter ?? counter + 1;
      if (from > counter || from < firstKept - 1) return undefined;
      return kept.filter((event) => event.counter > from);
    },
    seen(upTo) {
      while (kept[0] && kept[0].counter <= upTo) forgetOldest();
    },
  };
}

function bytesOf(event: Uncounted): number {
  if (event.t === 'deliver') return event.envelope.byteLength;
  return event.room.length + (event.t === 'member-joined' ? event.member.card.byteLength : 64);
}
