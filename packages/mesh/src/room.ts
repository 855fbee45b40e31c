import type { Observable } from 'rxjs';

import type {
  ConclaveError,
  Delivery,
  OutgoingStream,
  PeerId,
  Readable,
  Unsubscribe,
  Value,
} from '@conclave/core';
import type { RoomSecret } from '@conclave/core/rooms';

import type { Participant } from './participant.js';

/**
 * Decides whether somebody whom the member list names may be met: asked once about each peer ID while this end is in the
 * room, before it links with it. The answer holds for as long, also for who leaves and comes back; of peers that are off
 * the list the latest 1,024 are remembered. False, a throw or a rejection keeps it out: no track, no message. A question
 * stays open while the peer is off the list; the signal aborts when the answer no longer matters: this end has left, or
 * the question is forgotten.
 */
export type Admit = (member: { readonly id: PeerId }, signal: AbortSignal) => boolean | Promise<boolean>;

/**
 * What peers in a room can rely on. `secret`: everybody has proven to know the room's secret, whoever introduced them.
 * `admitted`: this end's application has said yes to each of them. `introduced`: the rendezvous chooses whom one meets.
 */
export type RoomTrust = 'secret' | 'admitted' | 'introduced';

/** How to join a room. */
export interface JoinOptions {
  /** The name of the room, 1 to 200 characters. Without a secret, whoever knows it (and the key) can join. */
  readonly room: string;
  /**
   * What only the members know, made by `createRoomSecret`. Each proves it to each inside the encrypted channel; who does
   * not gets `room/not-admitted`. It is never sent, and the rendezvous learns neither it nor the room's name.
   */
  readonly secret?: RoomSecret;
  /** Who may be met; asked once about each peer ID. Default: everybody whom the member list names, in a secret room everybody who knows the secret. */
  readonly admit?: Admit;
  /** What to tell the others of this end, over proven links: at most 1 KiB encoded. */
  readonly metadata?: Value;
  /** The streams to publish. Default `['camera']`. */
  readonly publish?: readonly string[];
  /** Which streams of the others to play without being asked. Default: all. */
  readonly autoPlay?: (participant: Participant, stream: string) => boolean;
  /** Ends the attempt with `usage/aborted`; leaves the room when it aborts later. */
  readonly signal?: AbortSignal;
}

/** The life of a room at this end. */
export type RoomState =
  { readonly phase: 'joined' } | { readonly phase: 'left'; readonly error?: ConclaveError | undefined };

/** A room in which everybody is linked with everybody: a full mesh of proven links. */
export interface Room {
  /** The name of the room. */
  readonly name: string;
  /** Who this end is. */
  readonly nearId: PeerId;
  /** Whether this end is in the room. */
  readonly state: Readable<RoomState>;
  /** Everybody else, in the order of their coming. */
  readonly participants: Readable<readonly Participant[]>;
  /** The same as an observable: the present value at once, then each change; completes when the room is left. */
  readonly participants$: Observable<readonly Participant[]>;
  /** What peers in the room can rely on. */
  readonly trust: RoomTrust;
  /** The streams that this end publishes in the room, by name: attach tracks to them. */
  readonly streams: ReadonlyMap<string, OutgoingStream>;
  /** Changes what the others are told of this end. */
  setMetadata(metadata: Value): void;
  /** Calls a handler at every participant who is present. Throws `data/too-large`, `data/unsupported-value`, `usage/closed`. */
  send(handler: string, ...args: Value[]): Delivery;
  /** Lets participants call this function by name. */
  handle(name: string, handler: (from: Participant, ...args: Value[]) => void): Unsubscribe;
  /** Says good-bye and leaves; never rejects. Left is final. */
  leave(): Promise<void>;
}
