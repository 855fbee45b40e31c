import type { ErrorCode, PeerId, PlayRequest, Value } from '@conclave/protocol';

import { encodeCall, type Answer } from '../data/calls.js';
import { joinDeliveries, notSent, type Delivery, type SingleDelivery } from '../data/delivery.js';
import type { Lanes } from '../data/lanes.js';
import { valueOf, type Asked, type Questions, type RequestOptions } from '../data/questions.js';
import { ConclaveError } from '../errors.js';
import type { FileDoor } from '../files/file-door.js';
import type { FileTarget } from '../files/file-ports.js';
import type { FileOptions, FileTransfer } from '../files/file-types.js';
import type { LinkPort } from '../link/link-port.js';
import type { Link } from '../link/link.js';
import { mayCarry, type RoomKey } from '../link/room-key.js';
import { MOVE_TIMEOUT_MS, type PeerStreamState } from '../logic/play-request.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import { sentOn, type SentMedia } from '../stats/media-stats.js';
import { MediaSending, type Opening, type Tracks } from './media-sending.js';

/** One subscriber of an outgoing stream: a proven far peer that plays it. */
export interface PeerStream {
  /** The subscriber. */
  readonly farId: PeerId;
  /** The proven link to the subscriber: nonces and statistics. Another one once a silent link was replaced. */
  readonly link: Link;
  /** How the subscription stands. */
  readonly state: Readable<PeerStreamState>;
  /**
   * Calls a handler at this subscriber only: in order, at most once. Throws `data/too-large` above 64 KiB,
   * `data/unsupported-value`, `usage/closed`, and `data/congested` where 1,000 messages or 4 MiB wait already.
   */
  send(handler: string, ...args: Value[]): Delivery;
  /**
   * Asks this subscriber: one question, one answer. Rejects with `data/timeout`, `data/no-responder`, `data/responder-failed`,
   * `usage/aborted`, `peer/lost`, or what else ended the subscription. Throws as `send` does.
   */
  request(handler: string, args: readonly Value[], options?: RequestOptions): Promise<Value>;
  /** Calls a handler at this subscriber, soon or never. */
  sendLossy(handler: string, ...args: Value[]): void;
  /** Sends a file to this subscriber only, as `sendFile` of the stream does. */
  sendFile(file: Blob, options?: FileOptions): FileTransfer;
  /** What has been sent to this subscriber so far. */
  stats(): Promise<PeerStreamStats>;
  /** Ends the subscription; the subscriber sees `stream/closed` and the reason (at most 256 characters). */
  close(reason?: string): void;
}

/** What has been sent to one subscriber so far: of each kind of media that has an m-line. */
export interface PeerStreamStats {
  /** When it was read: milliseconds of this page's monotonic clock, for rates between two readings. */
  readonly atMs: number;
  /** Its audio. */
  readonly audio: SentMedia | undefined;
  /** Its video. */
  readonly video: SentMedia | undefined;
}

/** What a subscription needs of its publisher. */
export interface PeerSubscriptionDoors {
  readonly lanes: Lanes;
  readonly questions: Questions;
  readonly files: FileDoor;
  /** The stream that is played, while it is published. */
  owner(): { readonly roomKey?: RoomKey | undefined } | undefined;
  ended(subscription: PeerSubscription, code: ErrorCode): void;
  /** How a budget wants new senders to begin, where there is one. */
  opening(): Opening | undefined;
}

/** A subscription as the publisher keeps it. */
export class PeerSubscription {
  readonly farId: PeerId;
  /** The subscription as the application sees it. */
  readonly peerStream: PeerStream;
  /** What is sent of audio and video. */
  readonly media: MediaSending;
  readonly #doors: PeerSubscriptionDoors;
  readonly #asked: Asked = { send: (call) => this.#sendAlone(call) };
  readonly #state = cell<PeerStreamState>({ phase: 'unconnected' });
  #port: LinkPort;
  #play: PlayRequest;
  #link: Link;
  #moving: ReturnType<typeof setTimeout> | undefined;

  constructor(port: LinkPort, play: PlayRequest, link: Link, doors: PeerSubscriptionDoors) {
    this.farId = port.farId;
    this.#port = port;
    this.#play = play;
    this.#link = link;
    this.#doors = doors;
    this.media = new MediaSending(port.farId, play.stream, () => doors.opening());
    const linkNow = () => this.#link;
    this.peerStream = {
      farId: port.farId,
      get link() {
        return linkNow();
      },
      state: this.#state.readable,
      send: (handler, ...args) => joinDeliveries([this.#sendAlone(encodeCall(handler, args))]),
      request: async (handler, args, options) => valueOf(await this.request(handler, args, options)),
      sendLossy: (handler, ...args) => this.sendLossy(encodeCall(handler, args)),
      sendFile: (file, options) => {
        if (!this.isOpen) throw new ConclaveError('usage/closed');
        return this.#doors.files.send([this.fileTarget], file, options);
      },
      stats: () => this.#stats(),
      close: (reason) => this.end('stream/closed', reason),
    };
  }

  /** The present link. */
  get port(): LinkPort {
    return this.#port;
  }

  /** The wish of the subscriber, as it was said on the present link. */
  get play(): PlayRequest {
    return this.#play;
  }

  get state(): PeerStreamState {
    return this.#state.get();
  }

  /** The subscription as files know it. */
  get fileTarget(): FileTarget {
    return { farId: this.farId, request: this.#play.request };
  }

  /** Whether messages may be sent: granted, and not over. */
  get isOpen(): boolean {
    return this.state.phase === 'playing' || this.state.phase === 'interrupted';
  }

  /** `onPeerConnect` is being asked. */
  ask(): void {
    this.#state.set({ phase: 'asking' });
  }

  /** Grants the subscription: media starts with no further negotiation. */
  grant(tracks: Tracks): void {
    this.#state.set({ phase: 'playing' });
    if (this.state.phase !== 'playing') return; // closed by somebody who heard of it
    this.#port.send({ t: 'granted', request: this.#play.request });
    const pair = this.#port.lines.sendersFor(this.#play);
    // Where the browser refuses the track, `attachAudio` or `attachVideo` has said so to the application.
    void this.media.setTracks(tracks).catch(() => undefined);
    if (pair) this.media.bind(pair);
  }

  /** The link is being replaced: what is sent waits for the subscriber to say its play on the new one. */
  move(): void {
    if (this.state.phase === 'playing') this.#state.set({ phase: 'interrupted' });
    this.media.unbind();
    clearTimeout(this.#moving);
    this.#moving = setTimeout(() => this.drop('stream/unsubscribed'), MOVE_TIMEOUT_MS);
  }

  /** The subscriber has said its play on the new link. */
  rebind(port: LinkPort, play: PlayRequest, link: Link): void {
    clearTimeout(this.#moving);
    [this.#port, this.#play, this.#link] = [port, play, link];
  }

  /** The subscription goes on over the new link, as it stood: nobody is asked again. */
  resume(): void {
    if (this.isOpen) this.grant(this.media.tracks);
    else this.sayAgain();
  }

  /** Tells the subscriber again how its play stands. */
  sayAgain(): void {
    const { request } = this.#play;
    if (this.state.phase === 'playing') this.#port.send({ t: 'granted', request });
    else if (this.state.phase === 'unconnected') this.#port.send({ t: 'waiting', request });
  }

  /** Whether a link may carry what belongs to the stream; one that nobody publishes belongs to no room. */
  mayCross(port: LinkPort): boolean {
    return mayCarry(port.rooms, this.#doors.owner() ?? {});
  }

  /** Whether the subscriber is near enough for another message of so many bytes. */
  hasRoom(bytes: number): boolean {
    return this.#doors.lanes.find(this.farId)?.hasRoom(bytes) ?? true;
  }

  /** Sends an encoded call; a subscriber that is too far behind is closed with `stream/stalled`. */
  send(call: Uint8Array): SingleDelivery {
    const sent = this.#send(call);
    if (sent) return sent;
    this.end('stream/stalled');
    return notSent(this.farId);
  }

  /** Asks the subscriber a question. */
  async request(handler: string, args: readonly Value[], options?: RequestOptions): Promise<Answer> {
    return this.#doors.questions.ask(this.#asked, handler, args, options);
  }

  /** Takes an answer of the subscriber; false where it is none. */
  answered(payload: Uint8Array): boolean {
    return this.#doors.questions.answered(this.#asked, payload);
  }

  /** Sends an encoded call that may be lost. */
  sendLossy(call: Uint8Array): void {
    if (this.state.phase === 'playing') this.#doors.lanes.sendLossy(this.#port, this.#play.request, call);
  }

  /** Ends the subscription at this end and tells the subscriber. */
  end(code: ErrorCode, reason?: string): void {
    if (this.state.phase === 'closed') return;
    this.#port.send({
      t: 'ended',
      request: this.#play.request,
      code,
      reason: reason?.slice(0, 256) || undefined,
    });
    this.drop(code);
  }

  /** The subscription has ended at the other end, or with its link. */
  drop(code: ErrorCode): void {
    if (this.state.phase === 'closed') return;
    clearTimeout(this.#moving);
    this.#state.set({ phase: 'closed', code });
    // A closed transport refuses; it sends nothing either.
    void this.media.setTracks({ audio: null, video: null }).catch(() => undefined);
    this.media.unbind(); // the m-lines may serve another subscription from now on
    const { request } = this.#play;
    this.#doors.questions.ended(this.#asked, code);
    this.#doors.files.ended('sending', this.farId, request, code);
    this.#doors.lanes
      .find(this.farId)
      ?.discard((draft) => draft.type === 'message' && draft.request === request);
    this.#doors.ended(this, code);
  }

  async #stats(): Promise<PeerStreamStats> {
    // Both before the report comes: another link may take over meanwhile.
    const [audio, video] = [this.media.lineOf('audio')?.mid, this.media.lineOf('video')?.mid];
    const report = await this.#port.report();
    const of = (mid: string | undefined) => (mid === undefined ? undefined : sentOn(report, mid));
    return { atMs: performance.now(), audio: of(audio), video: of(video) };
  }

  #sendAlone(call: Uint8Array): SingleDelivery {
    const sent = this.#send(call);
    if (sent) return sent;
    throw new ConclaveError('data/congested');
  }

  #send(payload: Uint8Array): SingleDelivery | undefined {
    if (!this.isOpen) throw new ConclaveError('usage/closed');
    const owner = this.#doors.owner(); // now: of a stream that is closed meanwhile nothing more may be known
    const mayCross = (port: LinkPort) => owner !== undefined && mayCarry(port.rooms, owner);
    return this.#doors.lanes
      .with(this.farId)
      .send({ type: 'message', request: this.#play.request, payload, mayCross });
  }
}
