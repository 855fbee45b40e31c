import type { Value } from '@conclave/core';
import type { Message, ReceivedFile, SentFile } from '@conclave/react-bindings';

/** Something that was said or offered in the room. */
export type Entry =
  | { readonly kind: 'message'; readonly item: Message }
  | { readonly kind: 'sent'; readonly item: SentFile }
  | { readonly kind: 'received'; readonly item: ReceivedFile };

/** What others send may be of any length; more than this is cut. */
const MAX_SHOWN_LENGTH = 4_000;

/** The text of a message; what is not text is not shown. */
export function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, MAX_SHOWN_LENGTH) : undefined;
}

/** Messages and files in one row, in the order in which they were sent or came here. */
export function entriesOf(
  messages: readonly Message[],
  sent: readonly SentFile[],
  received: readonly ReceivedFile[],
): readonly Entry[] {
  const entries: Entry[] = [
    ...messages.flatMap((item) => (textOf(item.value) ? [{ kind: 'message' as const, item }] : [])),
    ...sent.map((item) => ({ kind: 'sent' as const, item })),
    ...received.map((item) => ({ kind: 'received' as const, item })),
  ];
  return entries.sort((a, b) => a.item.atMs - b.item.atMs);
}

/** Unique among the entries of a room, and the same for as long as it is listed. */
export function keyOf({ kind, item }: Entry): string {
  return `${kind} ${item.id}`;
}

/** How it is doing: changes only when there is something to say. */
export function phaseOf(entry: Entry): string {
  return entry.kind === 'message' ? (entry.item.sent?.phase ?? '') : entry.item.state;
}
