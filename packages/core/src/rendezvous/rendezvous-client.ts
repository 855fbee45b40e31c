import type { Card, IceServer, PeerId, ServerMessage } from '@conclave/protocol';

import type { ConclaveError } from '../errors.js';
import type { Readable, Unsubscribe } from '../state/readable.js';
import type { Requests } from './requests.js';

/** How a connection stands with its rendezvous. */
export type RendezvousState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'connected'; readonly url: string; readonly iceServers: readonly IceServer[] }
  | { readonly phase: 'reconnecting'; readonly attempt: number; readonly lastError: ConclaveError }
  | { readonly phase: 'closed'; readonly error?: ConclaveError | undefined };

/** A member of a room, as the rendezvous lists it: its card has been verified. */
export interface RoomMember {
  /** Who it is. */
  readonly peerId: PeerId;
  /** What it says of itself, signed. */
  readonly card: Card;
  /** Rises with each arrival in the room; who has the higher number came later. */
  readonly order: number;
}

/** What a rendezvous tells of a room that this connection is in. */
export interface RoomListing {
  /** Everybody else whom the rendezvous lists, in the order of their coming. Kept through a resume. */
  readonly members: Readable<readonly RoomMember[]>;
  /** This connection's own place; changes when the rendezvous had forgotten it. */
  readonly order: Readable<number>;
  /** Leaves the room. Never rejects. */
  leave(): Promise<void>;
}

/** What the rendezvous tells of rooms. */
export type RoomMessage = Extract<ServerMessage, { t: 'joined' | 'member-joined' | 'member-left' }>;

/** The rooms that this client is in, kept through losses of the socket and of the server's memory. */
export interface Rooms {
  /** Enters a room; a room that one is in already answers with the same listing. */
  join(room: string): Promise<RoomListing>;
  /** Something happened in a room. Calls must not overlap. Rooms that we are not in are ignored. */
  apply(message: RoomMessage): Promise<void>;
  /** The server has forgotten us: enters all rooms again. */
  rejoin(): void;
  /** Ends all timers. */
  end(): void;
}

/** What the rest of core knows of the rendezvous: introductions, nothing else. */
export interface RendezvousClient {
  readonly state: Readable<RendezvousState>;
  /** The verified card of a peer; rejects with `peer/unreachable` where nobody of that ID is connected. */
  lookup(peer: PeerId): Promise<Card>;
  /** Hands an envelope on; resolves once the rendezvous has passed it to the receiver's socket. */
  relay(to: PeerId, envelope: Uint8Array): Promise<void>;
  /** The rooms of this client, made at the first call: who enters none does not carry their code. */
  rooms(make: (nearId: PeerId, requests: Requests) => Rooms): Rooms;
  /** Envelopes for this peer, as received: nothing in them is verified. In order, each once. */
  onEnvelope(listener: (bytes: Uint8Array) => void): Unsubscribe;
  /** Says good-bye and closes. Never rejects. */
  close(): Promise<void>;
}
