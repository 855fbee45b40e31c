import {
  isPeerId,
  MAX_PLAYS,
  type ControlFrame,
  type ErrorCode,
  type PeerId,
  type Verdict,
} from '@conclave/protocol';

import { encodeAnswer, type Answer } from '../data/calls.js';
import type { Decide } from '../data/handlers.js';
import type { Lanes } from '../data/lanes.js';
import { ConclaveError } from '../errors.js';
import { randomBytes } from '../identity/signer.js';
import type { FileDoor } from '../files/file-door.js';
import type { LinkPort } from '../link/link-port.js';
import type { Want } from '../link/media-lines.js';
import { mayCarry, type RoomKey } from '../link/room-key.js';
import type { RtcImplementation } from '../link/rtc-door.js';
import { MAX_MEDIA_PLAYS } from '../logic/admission.js';
import type { LinkState } from '../logic/link-state.js';
import { checkName } from '../names.js';
import { statusOf, type Status } from '../logic/status.js';
import type { SubscriptionEvent } from '../logic/subscription.js';
import { Subscription, type IncomingStream } from './incoming-stream.js';

/** How to play a stream. */
export interface PlayOptions {
  /** False for a stream of messages only: it needs no m-lines. Default true. */
  readonly media?: boolean;
  /** Whether the far end is expected to play a stream of ours: spares it an offer of its own. Default false. */
  readonly playBack?: boolean;
  /** How long to wait for the far end to open the link before doing so ourselves. Default 0. */
  readonly dialAfterMs?: number;
  /** Plays only over a link on which the far end has proven to be in this secret room; else `room/not-admitted`. */
  readonly roomKey?: RoomKey | undefined;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** What the playing half of a connection needs. */
export interface PlayerDoors {
  readonly nearId: PeerId;
  readonly rtc: RtcImplementation;
  readonly lanes: Lanes;
  readonly files: FileDoor;
  linkTo(farId: PeerId): LinkPort | undefined;
  /** Something is wanted of a peer: says it on its link, or opens one. */
  want(farId: PeerId, want: Want): void;
  tell(status: Status): void;
}

/** For so long after live audio came a receiver of files asks their sender to yield. */
const TIME_CRITICAL_MS = 800;

/** The playing half of a connection: what it wants of whom, and what it gets. */
export class Subscriptions {
  readonly #doors: PlayerDoors;
  readonly #subscriptions = new Map<number, Subscription>();
  /** Those for which no link came about: that is told besides their end. */
  readonly #unlinked = new WeakSet<Subscription>();
  /** Not from 0: a publisher that remembers a former life of this end must not take this one's plays for those. */
  #lastRequest = new DataView(randomBytes(4).buffer).getUint32(0);

  constructor(doors: PlayerDoors) {
    this.#doors = doors;
  }

  /** Plays a stream of a far peer; the answer shows in its state. The sixth with media at a time is `stream/limit`. */
  play(farId: PeerId, name: string, options: PlayOptions = {}): IncomingStream {
    if (!isPeerId(farId) || farId === this.#doors.nearId) {
      throw new ConclaveError('usage/invalid-argument', {
        hint: 'A far ID has 64 hex characters.',
      });
    }
    checkName(name, 'A stream name');
    const { media = true, playBack = false, dialAfterMs = 0, signal, roomKey } = options;
    const want: Want = { request: this.#nextRequest(), stream: name, media, playBack, roomKey };
    const dial = dialAfterMs > 0 ? setTimeout(() => this.#doors.want(farId, want), dialAfterMs) : undefined;
    const subscription = new Subscription(farId, want, {
      rtc: this.#doors.rtc,
      files: this.#doors.files,
      linkTo: (peer) => this.#doors.linkTo(peer),
      answer: (one, question, answer) => this.#answer(one, question, answer),
      ended: (one) => {
        clearTimeout(dial);
        signal?.removeEventListener('abort', abort);
        this.#ended(one);
      },
    });
    const abort = () => subscription.close('usage/aborted');
    const isFull = !this.#hasRoomFor(farId, want);
    this.#subscriptions.set(want.request, subscription);
    signal?.addEventListener('abort', abort);
    if (isFull) subscription.step({ type: 'ended', code: 'stream/limit' });
    else if (signal?.aborted) abort();
    else if (!dial || this.#doors.linkTo(farId)) this.#doors.want(farId, want);
    return subscription.stream;
  }

  /** Whether live audio of somebody else than this peer comes in (RFC 7016 section 3.5.2.1 names the 800 ms). */
  hearsOthersThan(farId: PeerId): boolean {
    return [...this.#subscriptions.values()].some(
      (one) => one.farId !== farId && one.isHeard(TIME_CRITICAL_MS),
    );
  }

  /** The secret rooms of what is wanted. */
  roomKeys(): readonly RoomKey[] {
    return [...this.#subscriptions.values()].flatMap(({ want }) => want.roomKey ?? []);
  }

  /** Whether anything is wanted of a peer that is in these of our rooms. */
  welcomes(farId: PeerId, rooms: ReadonlySet<string>): boolean {
    return this.wants(farId).some((want) => mayCarry(rooms, want));
  }

  /** What this end wants to play of a peer. */
  wants(farId: PeerId): readonly Want[] {
    return this.#of(farId).map(({ want }) => want);
  }

  /** Takes a control frame about one of our subscriptions. False where it is about something else. */
  control(port: LinkPort, frame: ControlFrame): boolean {
    if (frame.t === 'waiting') this.#step(port, frame.request, { type: 'waiting' });
    else if (frame.t === 'granted') this.#step(port, frame.request, { type: 'granted' });
    else if (frame.t === 'ended')
      this.#step(port, frame.request, { type: 'ended', code: frame.code, reason: frame.reason });
    else return false;
    return true;
  }

  /**
   * Takes a message for one of our subscriptions, only from the peer that it plays, and says what became of it. It may
   * overtake the grant, which comes by another channel: to send it at all was the publisher's consent.
   */
  message(port: LinkPort, request: number, payload: Uint8Array, decide: Decide): Verdict['is'] | undefined {
    return this.#find(port, request)?.message(payload, decide);
  }

  /** Whether this end plays a stream of the far end of a link by this request, and the link may carry it. */
  isPlaying(port: LinkPort, request: number): boolean {
    return this.#find(port, request) !== undefined;
  }

  /** A link is the one to its peer from now on: every want is said on it. */
  up(port: LinkPort): void {
    for (const subscription of this.#of(port.farId)) {
      const { want } = subscription;
      if (mayCarry(port.rooms, want)) port.refresh(want);
      else if (!want.roomKey || port.asked.has(want.roomKey.id))
        this.#unlink(subscription, 'room/not-admitted');
      else this.#doors.want(port.farId, want); // of a room that was entered since: it takes another link
    }
  }

  /** No link came about that carries all that is wanted of a peer: what no link carries has ended. */
  failed(farId: PeerId, code: ErrorCode): void {
    const rooms = this.#doors.linkTo(farId)?.rooms;
    for (const subscription of this.#of(farId))
      if (!rooms || !mayCarry(rooms, subscription.want)) this.#unlink(subscription, code);
  }

  /** The path of a link is silent, or back. */
  path(port: LinkPort, state: LinkState): void {
    const type = state.phase === 'live' ? 'link-live' : 'link-interrupted';
    for (const subscription of this.#of(port.farId)) subscription.step({ type });
  }

  /** A link has ended; what is moving to another one waits there for its grant. */
  down(farId: PeerId, code: ErrorCode, moving: boolean): void {
    for (const subscription of this.#of(farId))
      subscription.step(moving ? { type: 'moved' } : { type: 'ended', code });
  }

  /** Ends all subscriptions. */
  close(): void {
    for (const subscription of [...this.#subscriptions.values()]) subscription.close();
  }

  #step(port: LinkPort, request: number, event: SubscriptionEvent): void {
    const subscription = this.#find(port, request);
    if (!subscription) return;
    const before = subscription.state.phase;
    subscription.step(event, port);
    if (subscription.state.phase === before || subscription.state.phase !== 'playing') return;
    const about = { stream: subscription.want.stream, farId: port.farId };
    if (before === 'waiting') this.#doors.tell(statusOf('NetStream.Play.PublishNotify', about));
    this.#doors.tell(statusOf('NetStream.Play.Start', about));
  }

  #answer({ farId, want, state }: Subscription, question: number, answer: Answer): void {
    if (state.phase === 'closed') return; // the peer may be gone, and another life of it knows of no question
    const payload = encodeAnswer(question, answer);
    const mayCross = (port: LinkPort) => mayCarry(port.rooms, want);
    // Where it finds no room, who asked has heard nothing in time.
    this.#doors.lanes.with(farId).send({ type: 'answer', request: want.request, payload, mayCross });
  }

  #unlink(subscription: Subscription, code: ErrorCode): void {
    this.#unlinked.add(subscription);
    subscription.step({ type: 'ended', code });
  }

  #ended(subscription: Subscription): void {
    const { want, farId, state } = subscription;
    this.#subscriptions.delete(want.request);
    const error = state.phase === 'closed' ? state.code : undefined;
    const about = { stream: want.stream, farId, error };
    if (this.#unlinked.has(subscription)) this.#doors.tell(statusOf('NetStream.Connect.Failed', about));
    if (error === 'stream/closed') this.#doors.tell(statusOf('NetStream.Play.UnpublishNotify', about));
    else if (error !== 'stream/unsubscribed') this.#doors.tell(statusOf('NetStream.Play.Failed', about));
    this.#doors.tell(statusOf('NetStream.Play.Stop', about));
  }

  #nextRequest(): number {
    this.#lastRequest = (this.#lastRequest + 1) >>> 0;
    return this.#lastRequest;
  }

  #hasRoomFor(farId: PeerId, { media }: Want): boolean {
    const others = this.#of(farId);
    if (others.length >= MAX_PLAYS) return false;
    return !media || others.filter(({ want }) => want.media).length < MAX_MEDIA_PLAYS;
  }

  #of(farId: PeerId): Subscription[] {
    return [...this.#subscriptions.values()].filter((one) => one.farId === farId);
  }

  #find(port: LinkPort, request: number): Subscription | undefined {
    const subscription = this.#subscriptions.get(request);
    return subscription?.farId === port.farId && mayCarry(port.rooms, subscription.want)
      ? subscription
      : undefined;
  }
}
