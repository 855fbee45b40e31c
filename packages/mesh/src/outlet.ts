import {
  ConclaveError,
  type Connection,
  type ErrorCode,
  type OutgoingStream,
  type PeerId,
  type PeerStream,
  type RoomKey,
  type Value,
} from '@conclave/core';

import type { Admission } from './admission.js';
import { conflate, type Conflated } from './conflate.js';
import { isOpen } from './deliveries.js';
import { ANNOUNCE_INTERVAL_MS } from './limits.js';
import { controlStreamName, roomStreamName } from './logic/stream-names.js';

/** What an outlet tells its room. */
export interface OutletListener {
  granted(farId: PeerId): void;
  ungranted(farId: PeerId, code: ErrorCode): void;
}

/** What this end publishes in a room: the control stream, by which it is known to the others, and its media streams. */
export class Outlet {
  readonly streams: ReadonlyMap<string, OutgoingStream>;
  /** The control stream: what is sent to the others in this room goes over it. */
  readonly control: OutgoingStream;
  readonly #listener: OutletListener;
  readonly #granted = new Map<PeerId, PeerStream>();
  readonly #hello = conflate(() => this.#sayHello(this.control), ANNOUNCE_INTERVAL_MS);
  readonly #report = conflate(() => this.#sayRow(this.control), ANNOUNCE_INTERVAL_MS);
  #metadata: Value;
  #row: readonly PeerId[] | undefined;

  /** Publishes everything. Throws `stream/name-taken`, `usage/closed`; nothing is published then. */
  constructor(
    connection: Connection,
    room: string,
    roomKey: RoomKey | undefined,
    names: readonly string[],
    metadata: Value,
    admission: Admission,
    listener: OutletListener,
  ) {
    this.#listener = listener;
    this.#metadata = metadata;
    this.control = connection.publish(controlStreamName(room), {
      onPeerConnect: admission.control,
      roomKey,
    });
    const streams = new Map<string, OutgoingStream>();
    this.streams = streams;
    try {
      for (const name of names) {
        streams.set(
          name,
          connection.publish(roomStreamName(room, name), { onPeerConnect: admission.media, roomKey }),
        );
      }
    } catch (error) {
      this.close();
      throw error;
    }
    this.control.peerStreams.subscribe(() => this.#follow());
  }

  /** Who is let into the room. */
  get guests(): ReadonlySet<PeerId> {
    return new Set(this.#granted.keys());
  }

  /** The subscription of a peer to the control stream. */
  grantedTo(farId: PeerId): PeerStream | undefined {
    return this.#granted.get(farId);
  }

  /** What a peer plays of this end's media. */
  sentTo(farId: PeerId): readonly PeerStream[] {
    return [...this.streams.values()].flatMap(({ peerStreams }) =>
      peerStreams.get().filter((peer) => peer.farId === farId && isOpen(peer)),
    );
  }

  /** Tells everybody what this end says of itself, and those who come later. */
  setMetadata(metadata: Value): void {
    this.#metadata = metadata;
    this.#hello.call();
  }

  /** Tells everybody with whom this end is linked, and those who come later. */
  setRow(linked: readonly PeerId[]): void {
    this.#row = linked;
    this.#report.call();
  }

  /** Ends what a peer plays of this room. */
  dismiss(farId: PeerId): void {
    this.#granted.delete(farId); // this end knows: only what others end is told
    for (const stream of [this.control, ...this.streams.values()]) {
      for (const peer of stream.peerStreams.get()) if (peer.farId === farId) peer.close();
    }
  }

  /** Publishes no media any longer, and says good-bye; resolves when everybody has heard it, or is gone. */
  async sayGoodbye(): Promise<void> {
    this.#stopSaying();
    this.#closeMedia();
    await this.control.send('bye').delivered;
  }

  /** Publishes nothing any longer. */
  close(): void {
    this.#stopSaying();
    this.#closeMedia();
    void this.control.close();
  }

  #stopSaying(): void {
    this.#hello.stop();
    this.#report.stop();
  }

  #closeMedia(): void {
    for (const stream of this.streams.values()) void stream.close();
  }

  #follow(): void {
    // A turn later: core tells of a subscription just before it grants it.
    queueMicrotask(() => {
      const latest = new Map(this.control.peerStreams.get().map((peer) => [peer.farId, peer]));
      for (const [farId, peer] of [...this.#granted]) {
        if (latest.get(farId) === peer) continue;
        this.#granted.delete(farId);
        const state = peer.state.get();
        this.#listener.ungranted(farId, state.phase === 'closed' ? state.code : 'stream/unsubscribed');
      }
      for (const [farId, peer] of latest) {
        if (this.#granted.get(farId) === peer || !isOpen(peer)) continue;
        this.#granted.set(farId, peer);
        this.#sayHello(peer);
        this.#sayRow(peer);
        this.#listener.granted(farId);
      }
    });
  }

  #sayHello(to: Pick<OutgoingStream, 'send'>): void {
    this.#say(to, this.#hello, 'hello', this.#metadata, [...this.streams.keys()]);
  }

  #sayRow(to: Pick<OutgoingStream, 'send'>): void {
    if (this.#row) this.#say(to, this.#report, 'row', [...this.#row]);
  }

  /** Where no room is left for it, everybody is told again as soon as it may be: what is said last counts. */
  #say(to: Pick<OutgoingStream, 'send'>, again: Conflated, handler: string, ...args: Value[]): void {
    try {
      to.send(handler, ...args);
    } catch (error) {
      if (!(error instanceof ConclaveError) || error.code !== 'data/congested') throw error;
      again.call();
    }
  }
}
