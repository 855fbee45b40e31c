import type { ErrorCode, PeerId, PlayRequest, Value } from '@conclave/protocol';

import type { Delivery } from '../data/delivery.js';
import { joinDeliveries, type SingleDelivery } from '../data/delivery.js';
import { encodeCall } from '../data/handlers.js';
import type { MessageLane } from '../data/message-lane.js';
import { ConclaveError } from '../errors.js';
import type { LinkPort } from '../link/link-port.js';
import type { Link } from '../link/link.js';
import type { PeerStreamState } from '../logic/play-request.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import { controlOf, type SenderControl } from './sender-control.js';

/** One subscriber of an outgoing stream: a proven far peer that plays it. */
export interface PeerStream {
  /** The subscriber. */
  readonly farId: PeerId;
  /** The proven link to the subscriber: nonces and statistics. */
  readonly link: Link;
  /** How the subscription stands. */
  readonly state: Readable<PeerStreamState>;
  /** Calls a handler at this subscriber only: in order, at most once. Throws `data/too-large` above 64 KiB. */
  send(handler: string, ...args: Value[]): Delivery;
  /** Calls a handler at this subscriber, soon or never. */
  sendLossy(handler: string, ...args: Value[]): void;
  /** Ends the subscription; the subscriber sees `stream/closed` and the reason (at most 256 characters). */
  close(reason?: string): void;
}

/** What an outgoing stream sends just now. */
export interface Tracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

/** The media senders of a subscription that has m-lines. */
interface Senders {
  readonly audio: SenderControl;
  readonly video: SenderControl;
}

/** A subscription as the publisher keeps it. */
export class PeerSubscription {
  readonly port: LinkPort;
  readonly play: PlayRequest;
  /** The subscription as the application sees it. */
  readonly peerStream: PeerStream;
  readonly #lane: MessageLane;
  readonly #state = cell<PeerStreamState>({ phase: 'unconnected' });
  readonly #ended: (subscription: PeerSubscription, code: ErrorCode) => void;
  #senders: Senders | undefined;
  #tracks: Tracks = { audio: null, video: null };
  #receives = { audio: true, video: true };

  constructor(
    port: LinkPort,
    play: PlayRequest,
    lane: MessageLane,
    link: Link,
    ended: (subscription: PeerSubscription, code: ErrorCode) => void,
  ) {
    this.port = port;
    this.play = play;
    this.#lane = lane;
    this.#ended = ended;
    this.peerStream = {
      farId: port.farId,
      link,
      state: this.#state.readable,
      send: (handler, ...args) => joinDeliveries([this.send(encodeCall(handler, args))]),
      sendLossy: (handler, ...args) => this.sendLossy(encodeCall(handler, args)),
      close: (reason) => this.end('stream/closed', reason),
    };
  }

  get farId(): PeerId {
    return this.port.farId;
  }

  get state(): PeerStreamState {
    return this.#state.get();
  }

  /** The sender of a kind, while the subscription is granted and has one. */
  sender(kind: 'audio' | 'video'): SenderControl | undefined {
    return this.#senders?.[kind];
  }

  /** `onPeerConnect` is being asked. */
  ask(): void {
    this.#state.set({ phase: 'asking' });
  }

  /** Grants the subscription: media starts with no further negotiation. */
  grant(tracks: Tracks): void {
    this.#state.set({ phase: 'playing' });
    if (this.state.phase !== 'playing') return; // closed by somebody who heard of it
    this.port.send({ t: 'granted', request: this.play.request });
    const pair = this.port.lines.sendersFor(this.play);
    if (pair) {
      const audio = controlOf(pair.audio.sender, 'audio');
      const video = controlOf(pair.video.sender, 'video');
      this.#senders = { audio, video };
    }
    // Where the browser refuses the track, `attachAudio` or `attachVideo` has said so to the application.
    void this.setTracks(tracks).catch(() => undefined);
  }

  /** Tells the subscriber again how its play stands. */
  sayAgain(): void {
    const { request } = this.play;
    if (this.state.phase === 'playing') this.port.send({ t: 'granted', request });
    else if (this.state.phase === 'unconnected') this.port.send({ t: 'waiting', request });
  }

  /** Sends these tracks from now on, as far as the subscriber wants them. Rejects where the browser refuses a track. */
  async setTracks(tracks: Tracks): Promise<void> {
    this.#tracks = tracks;
    await this.#send();
  }

  /** The subscriber wants these kinds of media. */
  receive(kinds: { readonly audio: boolean; readonly video: boolean }): void {
    this.#receives = kinds;
    void this.#send().catch(() => undefined);
  }

  /** Sends an encoded call; a subscriber that is too far behind is closed with `stream/stalled`. */
  send(call: Uint8Array): SingleDelivery {
    if (this.state.phase !== 'playing') throw new ConclaveError('usage/closed');
    const sent = this.#lane.send(this.play.request, call);
    if (sent) return sent;
    this.end('stream/stalled');
    return { farId: this.farId, accepted: Promise.resolve(), delivered: Promise.resolve('not-sent') };
  }

  /** Sends an encoded call that may be lost. */
  sendLossy(call: Uint8Array): void {
    if (this.state.phase === 'playing') this.#lane.sendLossy(this.play.request, call);
  }

  /** Ends the subscription at this end and tells the subscriber. */
  end(code: ErrorCode, reason?: string): void {
    if (this.state.phase === 'closed') return;
    this.port.send({
      t: 'ended',
      request: this.play.request,
      code,
      reason: reason?.slice(0, 256) || undefined,
    });
    this.drop(code);
  }

  /** The subscription has ended at the other end, or with its link. */
  drop(code: ErrorCode): void {
    if (this.state.phase === 'closed') return;
    this.#state.set({ phase: 'closed', code });
    this.#tracks = { audio: null, video: null };
    // A closed transport refuses; it sends nothing either.
    void this.#send().catch(() => undefined);
    this.#senders = undefined; // they may serve another subscription from now on
    this.#ended(this, code);
  }

  async #send(): Promise<void> {
    if (!this.#senders) return;
    const { audio, video } = this.#senders;
    await Promise.all([
      audio.send(this.#receives.audio ? this.#tracks.audio : null),
      video.send(this.#receives.video ? this.#tracks.video : null),
    ]);
  }
}
