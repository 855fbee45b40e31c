import type { Value } from '@conclave/protocol';

import { joinDeliveries, type Delivery } from '../data/delivery.js';
import { encodeCall } from '../data/handlers.js';
import { ConclaveError } from '../errors.js';
import type { RoomKey } from '../link/room-key.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import type { OnPeerConnect } from './consent.js';
import type { PeerStream, PeerSubscription, Tracks } from './peer-stream.js';

/**
 * A stream that this connection publishes: up to one audio and one video track, and messages. It costs nothing until
 * somebody subscribes: no track on any sender, no encoder, no byte.
 */
export interface OutgoingStream {
  /** The name by which others play it. */
  readonly name: string;
  /** Who plays it just now. */
  readonly peerStreams: Readable<readonly PeerStream[]>;
  /** Sends this audio track to every subscriber from now on, or none; no renegotiation. Several calls: the last one wins. */
  attachAudio(track: MediaStreamTrack | null): Promise<void>;
  /** Sends this video track to every subscriber from now on, or none; no renegotiation. Several calls: the last one wins. */
  attachVideo(track: MediaStreamTrack | null): Promise<void>;
  /**
   * Calls a handler at every subscriber: each in order, without gaps, at most once. Who joins later gets nothing old.
   * Throws `data/too-large` above 64 KiB, `data/unsupported-value`, `usage/closed`.
   */
  send(handler: string, ...args: Value[]): Delivery;
  /** Calls a handler at every subscriber, soon or never: for what is worthless when late. */
  sendLossy(handler: string, ...args: Value[]): void;
  /** Stops publishing: every subscriber is told, and the name is free at once. */
  close(): Promise<void>;
}

/** An outgoing stream as the publisher keeps it. */
export class Publication {
  readonly name: string;
  readonly onPeerConnect: OnPeerConnect;
  /** The secret room whose members may play it. */
  readonly roomKey: RoomKey | undefined;
  /** The stream as the application sees it. */
  readonly stream: OutgoingStream;
  readonly #peerStreams = cell<readonly PeerStream[]>([]);
  readonly #onClose: (publication: Publication) => void;
  #subscriptions: readonly PeerSubscription[] = [];
  #tracks: Tracks = { audio: null, video: null };
  #closed = false;

  constructor(
    name: string,
    onPeerConnect: OnPeerConnect,
    roomKey: RoomKey | undefined,
    onClose: (publication: Publication) => void,
  ) {
    this.name = name;
    this.onPeerConnect = onPeerConnect;
    this.roomKey = roomKey;
    this.#onClose = onClose;
    this.stream = {
      name,
      peerStreams: this.#peerStreams.readable,
      attachAudio: (audio) => this.#attach({ audio }),
      attachVideo: (video) => this.#attach({ video }),
      send: (handler, ...args) => this.#send(encodeCall(handler, args)),
      sendLossy: (handler, ...args) => this.#sendLossy(encodeCall(handler, args)),
      close: async () => this.close(),
    };
  }

  get tracks(): Tracks {
    return this.#tracks;
  }

  /** Adds a granted subscription. */
  add(subscription: PeerSubscription): void {
    this.#setSubscriptions([...this.#subscriptions, subscription]);
  }

  /** Removes a subscription that has ended. */
  remove(subscription: PeerSubscription): void {
    if (!this.#subscriptions.includes(subscription)) return;
    this.#setSubscriptions(this.#subscriptions.filter((one) => one !== subscription));
  }

  /** Stops publishing. Calling it again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tracks = { audio: null, video: null };
    this.#onClose(this);
    for (const subscription of [...this.#subscriptions]) subscription.end('stream/closed');
    this.#setSubscriptions([]);
  }

  async #attach(change: Partial<Tracks>): Promise<void> {
    this.#mustBeOpen();
    for (const [kind, track] of Object.entries(change)) {
      if (track && track.kind !== kind)
        throw new ConclaveError('usage/invalid-argument', { hint: `This is not a track of ${kind}.` });
    }
    this.#tracks = { ...this.#tracks, ...change };
    await Promise.all(this.#subscriptions.map((subscription) => subscription.setTracks(this.#tracks)));
  }

  #send(call: Uint8Array): Delivery {
    this.#mustBeOpen();
    return joinDeliveries(this.#subscriptions.map((subscription) => subscription.send(call)));
  }

  #sendLossy(call: Uint8Array): void {
    this.#mustBeOpen();
    for (const subscription of this.#subscriptions) subscription.sendLossy(call);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new ConclaveError('usage/closed');
  }

  #setSubscriptions(subscriptions: readonly PeerSubscription[]): void {
    this.#subscriptions = subscriptions;
    this.#peerStreams.set(subscriptions.map(({ peerStream }) => peerStream));
  }
}
