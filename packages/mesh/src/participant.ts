import type { Delivery, IncomingStream, Link, PeerId, Readable, Value } from '@conclave/core';

/** How this end stands with somebody else in the room. */
export type ParticipantState =
  /** The member list names it; nothing was tried yet. */
  | { readonly phase: 'listed' }
  | { readonly phase: 'linking' }
  /** Linked, and both ends have proven who they are: it stays whatever any list says. */
  | { readonly phase: 'present' }
  /** Linked, but silent for more than 1.5 s. */
  | { readonly phase: 'interrupted' }
  /** No link came about; it is tried again as long as the list names it. */
  | { readonly phase: 'unreachable' }
  | { readonly phase: 'left' };

/** Somebody else in the room. The same object for as long as it is in the room. */
export interface Participant {
  readonly id: PeerId;
  readonly state: Readable<ParticipantState>;
  /** What it says of itself, sent over the proven link: `undefined` until it came. Nobody has checked it. */
  readonly metadata: Readable<Value | undefined>;
  /** The streams of it that this end plays, by name. */
  readonly streams: Readable<ReadonlyMap<string, IncomingStream>>;
  /** The proven link to it. */
  readonly link: Readable<Link | undefined>;
  /** Calls a handler of the room at this participant only. */
  send(handler: string, ...args: Value[]): Delivery;
}
