import type { PeerId, Value } from '@conclave/protocol';

import { encodeCall, type Answer } from '../data/calls.js';
import { joinDeliveries, notSent, type Delivery } from '../data/delivery.js';
import { checkRequest, type RequestOptions } from '../data/questions.js';
import { codeOf, ConclaveError } from '../errors.js';
import type { FileDoor } from '../files/file-door.js';
import type { FileOptions, FileTransfer } from '../files/file-types.js';
import type { RoomKey } from '../link/room-key.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import type { OnPeerConnect } from './consent.js';
import type { Tracks } from './media-sending.js';
import type { PeerStream, PeerSubscription } from './peer-stream.js';

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
   * Wait for `accepted` before the next one: who falls 1,000 messages or 4 MiB behind the others is closed with
   * `stream/stalled`, and where everybody is, `data/congested` is thrown. Throws also `data/too-large` above 64 KiB,
   * `data/unsupported-value`, `usage/closed`.
   */
  send(handler: string, ...args: Value[]): Delivery;
  /**
   * Asks every subscriber: one question, one answer each, or why there is none. Never rejects for what a peer does or leaves
   * undone; throws as `send` does for what cannot be asked.
   */
  request(
    handler: string,
    args: readonly Value[],
    options?: RequestOptions,
  ): Promise<ReadonlyMap<PeerId, Answer>>;
  /** Calls a handler at every subscriber, soon or never: for what is worthless when late. */
  sendLossy(handler: string, ...args: Value[]): void;
  /**
   * Offers a file to everybody who plays the stream now; each accepts or refuses it, and gets it at its own pace. It is
   * read as it leaves, never held whole, checked by SHA-256, and goes on where it was after a link was replaced. Throws
   * `usage/invalid-argument`, `usage/closed`, `data/too-large` or `data/unsupported-value` (metadata).
   */
  sendFile(file: Blob, options?: FileOptions): FileTransfer;
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
  readonly #files: FileDoor;
  readonly #onClose: (publication: Publication) => void;
  #subscriptions: readonly PeerSubscription[] = [];
  #tracks: Tracks = { audio: null, video: null };
  #closed = false;

  constructor(
    name: string,
    onPeerConnect: OnPeerConnect,
    roomKey: RoomKey | undefined,
    files: FileDoor,
    onClose: (publication: Publication) => void,
  ) {
    this.name = name;
    this.onPeerConnect = onPeerConnect;
    this.roomKey = roomKey;
    this.#files = files;
    this.#onClose = onClose;
    this.stream = {
      name,
      peerStreams: this.#peerStreams.readable,
      attachAudio: (audio) => this.#attach({ audio }),
      attachVideo: (video) => this.#attach({ video }),
      send: (handler, ...args) => this.#send(encodeCall(handler, args)),
      request: (handler, args, options) => this.#request(handler, args, options),
      sendLossy: (handler, ...args) => this.#sendLossy(encodeCall(handler, args)),
      sendFile: (file, options) => this.#sendFile(file, options),
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
    await Promise.all(this.#subscriptions.map((subscription) => subscription.media.setTracks(this.#tracks)));
  }

  #send(call: Uint8Array): Delivery {
    this.#mustBeOpen();
    const all = this.#subscriptions.filter((one) => one.isOpen); // one is told of just before it is granted
    // Where nobody has room, the sender is too fast; where somebody has not, that one is too slow.
    if (all.length > 0 && !all.some((one) => one.hasRoom(call.byteLength)))
      throw new ConclaveError('data/congested');
    // Somebody who hears of one that is closed may close another one.
    return joinDeliveries(all.map((one) => (one.isOpen ? one.send(call) : notSent(one.farId))));
  }

  async #request(
    handler: string,
    args: readonly Value[],
    options?: RequestOptions,
  ): Promise<ReadonlyMap<PeerId, Answer>> {
    this.#mustBeOpen();
    checkRequest(handler, args, options); // what is wrong with it is wrong without subscribers too
    const asked = this.#subscriptions
      .filter((one) => one.isOpen)
      .map(async (one) => [one.farId, await one.request(handler, args, options).catch(failure)] as const);
    return new Map(await Promise.all(asked));
  }

  #sendLossy(call: Uint8Array): void {
    this.#mustBeOpen();
    for (const subscription of this.#subscriptions) subscription.sendLossy(call);
  }

  #sendFile(file: Blob, options?: FileOptions): FileTransfer {
    this.#mustBeOpen();
    return this.#files.send(
      this.#subscriptions.map(({ fileTarget }) => fileTarget),
      file,
      options,
    );
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new ConclaveError('usage/closed');
  }

  #setSubscriptions(subscriptions: readonly PeerSubscription[]): void {
    this.#subscriptions = subscriptions;
    this.#peerStreams.set(subscriptions.map(({ peerStream }) => peerStream));
  }
}

function failure(error: unknown): Answer {
  return { outcome: 'failed', code: codeOf(error, 'usage/closed') };
}
