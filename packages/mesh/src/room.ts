import type { Observable } from 'rxjs';

import type {
  Answer,
  ConclaveError,
  Delivery,
  FileOffer,
  FileOptions,
  FileTransfer,
  HandlerOptions,
  OutgoingStream,
  PeerId,
  Readable,
  RequestOptions,
  Responder,
  Unsubscribe,
  Value,
} from '@conclave/core';
import type { RoomSecret } from '@conclave/core/rooms';

import type { RoomHealth } from './logic/health.js';
import type { Participant } from './participant.js';
import type { UplinkFace } from './uplink/room-uplink.js';
import type { UplinkOptions } from './uplink/uplink-options.js';

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
  /**
   * How this end's uplink is divided among the others, and who may come. `off`: browsers fight it out, and nobody is refused for
   * it. All rooms of a connection share one uplink: where another of them is not `off`, what this room sends is governed with the
   * rest, and only its `uplink` shows nothing of it.
   */
  readonly uplink?: UplinkOptions | 'off';
  /** Ends the attempt with `usage/aborted`; leaves the room when it aborts later. */
  readonly signal?: AbortSignal;
}

/** The life of a room at this end. */
export type RoomState =
  { readonly phase: 'joined' } | { readonly phase: 'left'; readonly error?: ConclaveError | undefined };

/** A room in which everybody is linked with everybody: a full mesh of proven links. */
export interface Room extends UplinkFace {
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
  /**
   * Who is linked with whom: each participant tells the others, over its proven links, whom it is linked with. A pair
   * that has lost its link, or never had one, is `broken` within 5 s. Both of its ends go on trying by themselves.
   */
  readonly health: Readable<RoomHealth>;
  /**
   * Which participant is speaking, judged ten times a second by the levels of what comes from everybody: within 0.7 s of
   * a turn of 1 s, unmoved by coughs and pauses; two seconds of silence make it `undefined`. It is never this end, whose
   * own sound it does not hear.
   */
  readonly activeSpeaker: Readable<PeerId | undefined>;
  /** The streams that this end publishes in the room, by name: attach tracks to them. */
  readonly streams: ReadonlyMap<string, OutgoingStream>;
  /** Changes what the others are told of this end. */
  setMetadata(metadata: Value): void;
  /**
   * Calls a handler at every participant who is present. One who is too far behind holds up nobody: its stay ends
   * (`stream/stalled`), and it is met anew. Throws `data/congested` where all are, until `accepted` of an earlier one resolves;
   * `data/too-large`, `data/unsupported-value`, `usage/closed`.
   */
  send(handler: string, ...args: Value[]): Delivery;
  /** Lets participants call this function by name. */
  handle(name: string, handler: (from: Participant, ...args: Value[]) => void): Unsubscribe;
  /** The same with a schema that follows the Standard Schema: the list of arguments is checked by it, and typed by it. */
  handle<Args extends readonly unknown[]>(
    name: string,
    handler: (from: Participant, ...args: NoInfer<Args>) => void,
    options: HandlerOptions<Args> | undefined,
  ): Unsubscribe;
  /**
   * Asks every participant who is present: what each answered, or why it did not (see {@link Participant.request}). Never
   * rejects for what a participant does; `usage/invalid-argument`, `data/too-large`, `data/unsupported-value`, `usage/closed`.
   */
  request(
    handler: string,
    args: readonly Value[],
    options?: RequestOptions,
  ): Promise<ReadonlyMap<PeerId, Answer>>;
  /**
   * Answers questions of participants by this name with what the function returns, or its promise resolves with; where
   * it throws they get `data/responder-failed`. Throws `usage/invalid-argument` where the name has a responder already.
   */
  respond(
    name: string,
    responder: (from: Participant, ...args: Value[]) => ReturnType<Responder>,
  ): Unsubscribe;
  /**
   * Offers a file to every participant who is present, each of whom takes it at its own pace or refuses; with nobody there
   * it has finished at once, with nobody in the map. Throws `data/too-large` for metadata of more than 1 KiB,
   * `data/unsupported-value`, `usage/closed`. Leaving the room ends it.
   */
  sendFile(file: Blob, options?: FileOptions): FileTransfer;
  /** Hears of the files that participants offer, also of those that came up to 10 s earlier. Nothing of a file moves before `accept`. */
  onFile(listener: (from: Participant, offer: FileOffer) => void): Unsubscribe;
  /** Says good-bye and leaves; never rejects. Left is final. */
  leave(): Promise<void>;
}
