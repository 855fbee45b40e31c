import type { ErrorCode, PeerId, Verdict } from '@conclave/protocol';

import type { Answer } from '../data/calls.js';
import {
  Handlers,
  type Decide,
  type Handler,
  type HandlerOptions,
  type Responder,
} from '../data/handlers.js';
import { ConclaveError } from '../errors.js';
import type { FileDoor } from '../files/file-door.js';
import type { FileOffer } from '../files/file-types.js';
import type { LinkPort } from '../link/link-port.js';
import type { Want } from '../link/media-lines.js';
import type { RtcImplementation } from '../link/rtc-door.js';
import type { Demand } from '../logic/demand.js';
import { nextIncomingState, type IncomingState, type SubscriptionEvent } from '../logic/subscription.js';
import { cell } from '../state/cell.js';
import { deferred } from '../state/deferred.js';
import type { Readable, Unsubscribe } from '../state/readable.js';
import { receivedOn, type ReceivedMedia } from '../stats/media-stats.js';
import { MediaReceiving } from './media-receiving.js';

/** A stream of a far peer that this connection plays. */
export interface IncomingStream {
  /** The publisher. */
  readonly farId: PeerId;
  /** The name under which the publisher has it. */
  readonly name: string;
  /** How the subscription stands. */
  readonly state: Readable<IncomingState>;
  /**
   * Resolves at the first grant; rejects with `peer/unreachable`, `stream/refused`, `stream/limit`, `stream/expired` or
   * what else ended the subscription before it. Leaving it alone is fine: it is never an unhandled rejection.
   */
  readonly ready: Promise<void>;
  /** The track that carries the audio: there while the stream plays; another one when the link was replaced. */
  readonly audio: Readable<MediaStreamTrack | undefined>;
  /** The track that carries the video: there while the stream plays; another one when the link was replaced. */
  readonly video: Readable<MediaStreamTrack | undefined>;
  /** One media stream for the whole life of the subscription, with the present tracks in it: for a media element. */
  readonly mediaStream: MediaStream;
  /** Lets the publisher call this function by name; messages that came up to 10 s earlier are handed over. */
  handle(name: string, handler: Handler): Unsubscribe;
  /**
   * The same with a schema of any library that follows the Standard Schema: the list of arguments is checked by it before the
   * handler is called, and typed by it.
   */
  handle<Args extends readonly unknown[]>(
    name: string,
    handler: Handler<NoInfer<Args>>,
    options: HandlerOptions<Args> | undefined,
  ): Unsubscribe;
  /**
   * Answers the publisher's questions of this name with what the function returns or resolves with. Throws
   * `usage/invalid-argument` where another one answers them.
   */
  respond(name: string, responder: Responder): Unsubscribe;
  /**
   * Calls the listener for every file that the publisher offers, also for one that came up to 10 s earlier. Nothing of a
   * file is sent before it is accepted.
   */
  onFile(listener: (offer: FileOffer) => void): Unsubscribe;
  /** Asks the publisher to send audio or not; off costs no byte at either end. */
  receiveAudio(on: boolean): Promise<void>;
  /** Asks the publisher to send video or not; off costs no byte at either end. */
  receiveVideo(on: boolean): Promise<void>;
  /**
   * Asks the publisher for no more video than can be made use of; it replaces what was asked for before. A budget of the
   * publisher's uplink weighs it against what others ask for; without one it is followed as it is. Throws
   * `usage/invalid-argument`, `usage/closed`.
   */
  request(demand: Demand): void;
  /**
   * How loud the audio is, from 0 to 1 (linear: 1 is 0 dBov, RFC 6464), in the last half second; `undefined` where none came in
   * it, or the browser does not tell.
   */
  audioLevel(): number | undefined;
  /** What has been received so far. */
  stats(): Promise<IncomingStats>;
  /** Ends the subscription. Calling it again does nothing. */
  close(): Promise<void>;
}

/** What has been received of a stream so far: of each kind of media that has an m-line. */
export interface IncomingStats {
  /** When it was read: milliseconds of this page's monotonic clock, for rates between two readings. */
  readonly atMs: number;
  /** Its audio. */
  readonly audio: ReceivedMedia | undefined;
  /** Its video. */
  readonly video: ReceivedMedia | undefined;
}

/** A muted microphone sends digital silence; the quietest room is louder (-60 dBov). */
const SILENCE = 0.001;

/** What a subscription needs of the subscriptions of its connection. */
export interface SubscriptionDoors {
  readonly rtc: RtcImplementation;
  readonly files: FileDoor;
  linkTo(farId: PeerId): LinkPort | undefined;
  /** Answers a question of the publisher. */
  answer(subscription: Subscription, question: number, answer: Answer): void;
  /** The subscription is over. */
  ended(subscription: Subscription): void;
}

/** An incoming stream as its connection keeps it. */
export class Subscription {
  readonly want: Want;
  readonly farId: PeerId;
  /** The stream as the application sees it. */
  readonly stream: IncomingStream;
  readonly #doors: SubscriptionDoors;
  readonly #state = cell<IncomingState>({ phase: 'requested' });
  readonly #ready = deferred();
  readonly #handlers = new Handlers((question, answer) => this.#doors.answer(this, question, answer));
  readonly #media: MediaReceiving;
  /** The link whose m-lines it comes on. */
  #port: LinkPort | undefined;

  constructor(farId: PeerId, want: Want, doors: SubscriptionDoors) {
    this.farId = farId;
    this.want = want;
    this.#doors = doors;
    this.#media = new MediaReceiving(new doors.rtc.MediaStream());
    this.#ready.promise.catch(() => undefined);
    this.stream = {
      farId,
      name: want.stream,
      state: this.#state.readable,
      ready: this.#ready.promise,
      audio: this.#media.audio,
      video: this.#media.video,
      mediaStream: this.#media.mediaStream,
      handle: <Args extends readonly unknown[]>(
        name: string,
        handler: Handler<Args>,
        options?: HandlerOptions<Args>,
      ) => this.#handlers.handle(name, handler, options),
      respond: (name, responder) => this.#handlers.respond(name, responder),
      onFile: (listener) => doors.files.onFile({ farId, request: want.request }, listener),
      receiveAudio: async (audio) => this.#choose(() => this.#media.receive({ audio })),
      receiveVideo: async (video) => this.#choose(() => this.#media.receive({ video })),
      request: (demand) => this.#choose(() => this.#media.demand(demand)),
      audioLevel: () => this.#media.level(),
      stats: () => this.#stats(),
      close: async () => this.close(),
    };
  }

  get state(): IncomingState {
    return this.#state.get();
  }

  /** Takes an event; a grant binds the tracks of the link that it came by. */
  step(event: SubscriptionEvent, port?: LinkPort): void {
    const before = this.state;
    const state = nextIncomingState(before, event);
    if (event.type === 'granted' && state.phase === 'playing' && port) this.#bind(port);
    if (this.state !== before) return; // closed by somebody who heard of the tracks
    if (state === before) return;
    if (state.phase === 'closed') this.#release();
    this.#state.set(state);
    if (state.phase === 'playing') this.#ready.resolve();
    if (state.phase !== 'closed') return;
    this.#ready.reject(new ConclaveError(state.code));
    this.#doors.files.ended('receiving', this.farId, this.want.request, state.code);
    this.#doors.ended(this);
  }

  /** Takes a message of the publisher and says what became of it; `undefined` where it is none. */
  message(payload: Uint8Array, decide: Decide): Verdict['is'] | undefined {
    return this.#handlers.receive(payload, decide);
  }

  /** Whether live audio of it that is not silence came in this time. */
  isHeard(withinMs: number): boolean {
    return (this.#media.level(withinMs) ?? 0) > SILENCE;
  }

  /** Ends the subscription at this end and tells the publisher. */
  close(code: ErrorCode = 'stream/unsubscribed'): void {
    if (this.state.phase === 'closed') return;
    this.#doors.linkTo(this.farId)?.send({ t: 'unplay', request: this.want.request });
    this.step({ type: 'ended', code });
  }

  #bind(port: LinkPort): void {
    const pair = port.lines.receiversFor(this.want.request);
    if (pair) this.#port = port;
    if (pair) this.#media.bind(pair, () => this.state.phase === 'closed');
    this.#sayWishes(port);
  }

  #release(): void {
    this.#handlers.close();
    this.#media.release();
    this.#port = undefined;
  }

  #choose(change: () => boolean): void {
    if (this.state.phase === 'closed') throw new ConclaveError('usage/closed');
    const port = this.#doors.linkTo(this.farId);
    if (change() && port) this.#sayWishes(port);
  }

  #sayWishes(port: LinkPort): void {
    for (const frame of this.#media.wishes(this.want.request)) port.send(frame);
  }

  async #stats(): Promise<IncomingStats> {
    // On a link that has just taken over these m-lines may be another stream's.
    const port = this.#doors.linkTo(this.farId);
    const lines = port === this.#port ? this.#media.lines : undefined;
    const report = lines && (await port?.report());
    const of = (mid: string | null | undefined) => (report && mid ? receivedOn(report, mid) : undefined);
    return { atMs: performance.now(), audio: of(lines?.audio.mid), video: of(lines?.video.mid) };
  }
}
