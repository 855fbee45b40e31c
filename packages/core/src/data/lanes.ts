import { decodeDataFrame, encodeDataFrame, isPathFrame, type Lane, type PeerId } from '@conclave/protocol';

import type { LinkPort } from '../link/link-port.js';
import { Conversation, type ConversationDoors } from './conversation.js';
import { DefaultPacer } from './default-pacer.js';
import type { Pacer } from './pacer-port.js';

/** What the lanes of a connection hand on. */
export interface LanesDoors extends Omit<ConversationDoors, 'pacer'> {
  /** A message that may be lost. */
  lossy(port: LinkPort, request: number, payload: Uint8Array): boolean;
  /** A frame of the lane bulk; false where it cannot be. */
  bulk(port: LinkPort, bytes: Uint8Array): boolean;
  /** A frame that measures the path; false where it cannot be. */
  path(port: LinkPort, bytes: Uint8Array): boolean;
}

/** The lanes for data of all links of a connection, and the conversations that cross them. */
export class Lanes {
  readonly #conversations = new Map<PeerId, Conversation>();
  readonly #doors: LanesDoors;
  #pacer: Pacer = new DefaultPacer();

  constructor(doors: LanesDoors) {
    this.#doors = doors;
  }

  get pacer(): Pacer {
    return this.#pacer;
  }

  /** Replaces the pacer of all lanes; without one the plain pacer is back. */
  setPacer(pacer: Pacer = new DefaultPacer()): void {
    this.#pacer.stop();
    this.#pacer = pacer;
    const wake = (farId: PeerId) => {
      this.#conversations.get(farId)?.pump(); // messages before files
      this.#doors.wake(farId);
    };
    pacer.start(wake);
    for (const farId of this.#conversations.keys()) wake(farId);
  }

  /** The conversation with a peer. */
  with(farId: PeerId): Conversation {
    const known = this.#conversations.get(farId);
    if (known) return known;
    const conversation = new Conversation(farId, { ...this.#doors, pacer: () => this.#pacer });
    this.#conversations.set(farId, conversation);
    return conversation;
  }

  /** The conversation with a peer, where there is one. */
  find(farId: PeerId): Conversation | undefined {
    return this.#conversations.get(farId);
  }

  /** A link is the one to its peer from now on. */
  up(port: LinkPort): void {
    this.with(port.farId).attach(port);
  }

  /** The link of a peer is gone, and another one is on its way. */
  moving(farId: PeerId): void {
    this.#conversations.get(farId)?.detach();
  }

  /** A peer is gone. */
  gone(farId: PeerId): void {
    this.#conversations.get(farId)?.end();
    this.#conversations.delete(farId);
  }

  /** Sends a message that is worthless when late: not kept, not repeated. */
  sendLossy(port: LinkPort, request: number, payload: Uint8Array): void {
    if (port.channels.buffered('lossy') > this.#pacer.windowBytes(port.farId, 'lossy')) return;
    port.channels.send('lossy', encodeDataFrame({ type: 'lossy', request, payload }));
  }

  /** Takes a frame of a lane. False where it does not belong there. */
  received(port: LinkPort, lane: Lane, bytes: Uint8Array): boolean {
    if (lane === 'bulk') return this.#doors.bulk(port, bytes);
    if (lane === 'lossy' && isPathFrame(bytes)) return this.#doors.path(port, bytes);
    const decoded = decodeDataFrame(bytes);
    if (!decoded.ok) return false;
    const frame = decoded.value;
    if (frame.type === 'lossy')
      return lane === 'lossy' && this.#doors.lossy(port, frame.request, frame.payload);
    if (lane !== 'messages' || frame.type === 'bulk' || frame.type === 'seal') return false;
    // There is one from the moment a link is up; where it has gone meanwhile, nobody is to be made for it.
    return this.#conversations.get(port.farId)?.received(frame) ?? true;
  }

  /** A lane has room again. */
  drained(port: LinkPort, lane: Lane): void {
    if (lane === 'messages') this.#conversations.get(port.farId)?.pump();
    else if (lane === 'bulk') this.#doors.wake(port.farId);
  }
}
