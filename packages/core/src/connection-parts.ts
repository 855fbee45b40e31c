import {
  decodeValue,
  sentAtOf,
  MAX_RELAYED_MESSAGE_BYTES,
  type Envelope,
  type ErrorCode,
  type PeerId,
} from '@conclave/protocol';

import type { ConnectionEvents } from './connection-events.js';
import type { ConnectionState } from './connection-state.js';
import { Lanes } from './data/lanes.js';
import type { Recognise } from './connect-options.js';
import { ConclaveError } from './errors.js';
import { FileDoor } from './files/file-door.js';
import { LinkRegistry } from './link/link-registry.js';
import { Mailbox, type NearEnd } from './link/mailbox.js';
import { openPeerConnection, type RtcImplementation } from './link/rtc-door.js';
import type { Status } from './logic/status.js';
import type { RendezvousClient } from './rendezvous/rendezvous-client.js';
import { cell, type Cell } from './state/cell.js';
import { emitter, type Emitter } from './state/emitter.js';
import { Paths } from './path/paths.js';
import { reportError } from './state/report.js';
import { Publisher } from './streams/publisher.js';
import { Subscriptions } from './streams/subscriptions.js';
import { openUplinkPort, type UplinkPort } from './uplink-port.js';

/** What a connection is made from. */
export interface Foundation {
  readonly near: NearEnd;
  readonly rtc: RtcImplementation;
  readonly client: RendezvousClient;
  readonly iceServers: () => readonly RTCIceServer[];
  readonly mayLink: (farId: PeerId) => boolean;
  readonly recognise: Recognise;
}

/** The rooms of a connection, wired to each other. */
export interface ConnectionParts {
  readonly near: NearEnd;
  readonly client: RendezvousClient;
  readonly mailbox: Mailbox;
  readonly registry: LinkRegistry;
  readonly publisher: Publisher;
  readonly subscriptions: Subscriptions;
  readonly uplink: UplinkPort;
  readonly events: Emitter<ConnectionEvents>;
  readonly state: Cell<ConnectionState>;
  readonly tell: (status: Status) => void;
}

/** Wires mailbox, links, streams and data to each other. */
export function assemble({ near, rtc, client, iceServers, mayLink, recognise }: Foundation): ConnectionParts {
  const events = emitter<ConnectionEvents>();
  const tell = (status: Status) => events.emit('status', status);
  const refused = (code: ErrorCode) => events.emit('refused', code);
  const first = client.state.get();
  const state = cell<ConnectionState>(first.phase === 'connecting' ? { phase: 'closed' } : first);

  const lanes: Lanes = new Lanes({
    deliver(link, { type, request, payload }, decide) {
      const is =
        type === 'message'
          ? subscriptions.message(link, request, payload, decide)
          : publisher.answer(link, request, payload) && 'handled';
      if (is) return is;
      refused('link/bad-frame');
      return 'dropped';
    },
    lossy: (link, request, payload) => subscriptions.message(link, request, payload, () => {}) !== undefined,
    bulk(link, bytes) {
      const isOurs = files.bulk(link, bytes);
      const sentAtUs = isOurs ? sentAtOf(bytes) : undefined;
      if (sentAtUs !== undefined) paths.timed(link, sentAtUs, bytes.byteLength);
      return isOurs;
    },
    reborn(link) {
      // What moved here was of its former life, which will not say it again.
      publisher.gone(link.farId, 'link/replaced');
      files.down(link.farId, 'peer/lost');
      files.up(link);
    },
    wake: (farId) => files.wake(farId),
    path: (link, bytes) => paths.received(link, bytes),
  });
  const files: FileDoor = new FileDoor({
    pacer: () => lanes.pacer,
    isPlaying: (link, request) => subscriptions.isPlaying(link, request),
    mayCross: (link, target) => publisher.mayCross(link, target),
    isBusy: (farId) => lanes.find(farId)?.isBusy === true,
  });
  const paths = new Paths({
    linkTo: (farId) => registry.linkTo(farId),
    hearsOthersThan: (farId) => subscriptions.hearsOthersThan(farId),
  });
  const publisher = new Publisher(lanes, files, tell);
  const subscriptions: Subscriptions = new Subscriptions({
    nearId: near.signer.peerId,
    rtc,
    lanes,
    files,
    linkTo: (farId) => registry.linkTo(farId),
    want: (farId, want) => registry.want(farId, want),
    tell,
  });
  const gone = (farId: PeerId, code: ErrorCode) => {
    publisher.gone(farId, code);
    lanes.gone(farId);
    files.down(farId, code);
  };
  const mailbox = new Mailbox(near, client, { received: (envelope) => received(envelope), refused });
  const registry: LinkRegistry = new LinkRegistry(
    {
      signer: near.signer,
      persistent: near.persistent,
      roomKeys: () => {
        const keys = [...publisher.roomKeys(), ...subscriptions.roomKeys()];
        return [...new Map(keys.map((key) => [key.id, key])).values()];
      },
      verified: cell<ReadonlySet<PeerId>>(new Set()),
      refusal: ({ farId, persistent, rooms }) =>
        publisher.welcomes(rooms) || subscriptions.welcomes(farId, rooms)
          ? recognised(recognise, farId, persistent)
          : 'room/not-admitted',
      openPeerConnection: () => openPeerConnection(rtc, iceServers()),
      wants: (farId) => subscriptions.wants(farId),
      isUsed: (link) => subscriptions.wants(link.farId).length > 0 || publisher.serves(link),
      isGoverned: () => publisher.opening !== undefined,
    },
    mailbox,
    mayLink,
    {
      up: (link) => {
        lanes.up(link);
        files.up(link);
        subscriptions.up(link);
      },
      path: (link, to) => subscriptions.path(link, to),
      down: (link, code, moving) => {
        paths.down(link);
        publisher.down(link, code, moving);
        subscriptions.down(link.farId, code, moving);
        if (moving) lanes.moving(link.farId);
        else gone(link.farId, code);
      },
      failed: (farId, code) => {
        if (/^identity|^room|description$/.test(code)) refused(code);
        subscriptions.failed(farId, code);
        if (!registry.linkTo(farId)) gone(farId, code);
      },
      farPlays: (link, plays) => publisher.farPlays(link, plays),
      control: (link, frame) => {
        const isTaken =
          publisher.control(link, frame) || subscriptions.control(link, frame) || files.control(link, frame);
        if (!isTaken) refused('link/bad-frame');
      },
      data: (link, lane, bytes) => {
        if (!lanes.received(link, lane, bytes)) refused('link/bad-frame');
      },
      drained: (link, lane) => lanes.drained(link, lane),
    },
  );
  const received = (envelope: Envelope) => {
    const { from, message } = envelope;
    if (message.kind !== 'message') {
      registry.received(envelope);
      return;
    }
    const payload = decodeValue(message.payload, MAX_RELAYED_MESSAGE_BYTES);
    if (payload.ok) events.emit('message', from, message.type, payload.value);
    else refused(payload.code);
  };
  const uplink = openUplinkPort({
    granted: publisher.granted,
    paths,
    links: () => registry.proven(),
    setPacer: (pacer) => lanes.setPacer(pacer),
    setOpening: (opening) => (publisher.opening = opening),
  });
  return { near, client, mailbox, registry, publisher, subscriptions, uplink, events, state, tell };
}

/** What the application says of a far end; one that throws has not recognised it. */
function recognised(recognise: Recognise, farId: PeerId, persistent: boolean): ErrorCode | undefined {
  try {
    return recognise(farId, persistent);
  } catch (error) {
    reportError(error);
    return 'peer/refused';
  }
}

const partsByFace = new WeakMap<object, ConnectionParts>();

/** Lets entries of their own, such as `@conclave/core/rooms`, find the parts of a connection. */
export function rememberParts(face: object, parts: ConnectionParts): void {
  partsByFace.set(face, parts);
}

/** The parts of a connection that this copy of the package has made. Throws `usage/invalid-argument` for anything else. */
export function partsOf(face: object): ConnectionParts {
  const parts = partsByFace.get(face);
  if (parts) return parts;
  throw new ConclaveError('usage/invalid-argument', {
    hint: 'Give the connection that connect() has returned.',
  });
}
