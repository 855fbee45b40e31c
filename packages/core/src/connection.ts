import { encodeValue, MAX_RELAYED_MESSAGE_BYTES, type PeerId, type Value } from '@conclave/protocol';

import type { ConnectionEvents } from './connection-events.js';
import { rememberParts, type ConnectionParts } from './connection-parts.js';
import type { ConnectionState } from './connection-state.js';
import { ConclaveError } from './errors.js';
import type { Link } from './link/link.js';
import type { RoomKey } from './link/room-key.js';
import { checkMaxPeerConnections } from './streams/publisher.js';
import { checkName } from './names.js';
import type { Readable, Unsubscribe } from './state/readable.js';
import type { OnPeerConnect } from './streams/consent.js';
import type { IncomingStream } from './streams/incoming-stream.js';
import type { OutgoingStream } from './streams/outgoing-stream.js';
import type { PlayOptions } from './streams/subscriptions.js';
import type { UnconnectedPeerStream } from './streams/unconnected.js';
import type { UplinkPort } from './uplink-port.js';

/** Who may play a stream. */
export interface PublishOptions {
  /** Asked about each peer that wants to play it, once the peer has proven its ID. Default: everybody may. */
  readonly onPeerConnect?: OnPeerConnect;
  /** Only peers that have proven to be in this secret room may play it; anybody else is refused unasked. */
  readonly roomKey?: RoomKey | undefined;
}

/** A peer among peers: introduced by a rendezvous, linked with whom it plays and who plays it. */
export interface Connection {
  /** Who this end is: the SHA-256 of its public key, in hex. */
  readonly nearId: PeerId;
  /** How it stands with the rendezvous. Links that stand go on without one. */
  readonly state: Readable<ConnectionState>;
  /** The proven links, by far peer. */
  readonly links: Readable<ReadonlyMap<PeerId, Link>>;
  /** Who wants to play streams that are not published. */
  readonly unconnectedPeerStreams: Readable<readonly UnconnectedPeerStream[]>;
  /** Distinct far peers that may play our streams. Lowering it drops nobody. */
  maxPeerConnections: number;
  /** The door for a budget of the uplink. */
  readonly uplink: UplinkPort;
  /** Publishes a stream. Throws `stream/name-taken`. Without options everybody may play it. */
  publish(name: string, options?: PublishOptions): OutgoingStream;
  /** Plays a stream of a far peer; returns at once, see `ready` and `state`. Throws `usage/invalid-argument`. */
  play(farId: PeerId, name: string, options?: PlayOptions): IncomingStream;
  /**
   * Sends a message of at most 16 KiB through the rendezvous, signed, but readable by it. Resolves once the rendezvous
   * has passed it on. Rejects with `peer/unreachable`, `data/too-large`, `data/unsupported-value`, `rendezvous/...`.
   */
  message(farId: PeerId, type: string, payload: Value): Promise<void>;
  /** Calls the listener at each event of this name. `Connect.Success` is told just after `connect` has resolved. */
  on<E extends keyof ConnectionEvents>(event: E, listener: ConnectionEvents[E]): Unsubscribe;
  /** Closes streams, links and the rendezvous; never rejects. Closed is final. */
  close(): Promise<void>;
}

/** Makes the face of a connection. */
export function faceOf(parts: ConnectionParts, close: () => Promise<void>): Connection {
  const { near, mailbox, registry, publisher, subscriptions, state, events, uplink } = parts;
  const mustBeOpen = () => {
    if (state.get().phase === 'closed') throw new ConclaveError('usage/closed');
  };
  const face: Connection = {
    nearId: near.signer.peerId,
    state: state.readable,
    links: registry.links.readable,
    unconnectedPeerStreams: publisher.waitingRoom.list.readable,
    get maxPeerConnections() {
      return publisher.maxPeerConnections;
    },
    set maxPeerConnections(max) {
      publisher.maxPeerConnections = checkMaxPeerConnections(max);
    },
    uplink,
    publish(name, { onPeerConnect = () => true, roomKey } = {}) {
      mustBeOpen();
      return publisher.publish(name, onPeerConnect, roomKey);
    },
    play(farId, name, options) {
      if (!registry.linkTo(farId)) mustBeOpen(); // a link that stands needs no rendezvous
      return subscriptions.play(farId, name, options);
    },
    async message(farId, type, payload) {
      mustBeOpen();
      checkName(type, 'A message type');
      const encoded = encodeValue(payload);
      if (!encoded.ok) throw new ConclaveError(encoded.code);
      if (encoded.value.byteLength > MAX_RELAYED_MESSAGE_BYTES) throw new ConclaveError('data/too-large');
      await mailbox.send(farId, { kind: 'message', type, payload: encoded.value });
    },
    on: (event, listener) => events.on(event, listener),
    close,
  };
  rememberParts(face, parts);
  return face;
}
