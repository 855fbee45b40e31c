import {
  MAX_PLAYS,
  type ControlFrame,
  type ErrorCode,
  type PeerId,
  type PlayRequest,
} from '@conclave/protocol';

import type { Lanes } from '../data/lanes.js';
import { Questions } from '../data/questions.js';
import { ConclaveError } from '../errors.js';
import type { FileDoor } from '../files/file-door.js';
import type { FileTarget } from '../files/file-ports.js';
import type { LinkPort } from '../link/link-port.js';
import { mayCarry, type RoomKey } from '../link/room-key.js';
import { admits, DEFAULT_MAX_PEER_CONNECTIONS, QUESTIONS_OF_A_PEER } from '../logic/admission.js';
import { checkName } from '../names.js';
import { statusOf, type Status } from '../logic/status.js';
import { allowances } from '../state/allowances.js';
import { BoundedMap } from '../state/bounded-map.js';
import { cell } from '../state/cell.js';
import { askConsent, type OnPeerConnect } from './consent.js';
import { Publication, type OutgoingStream } from './outgoing-stream.js';
import type { Opening } from './media-sending.js';
import { PeerSubscription } from './peer-stream.js';
import { WaitingRoom } from './unconnected.js';

/** Peers whose ended plays are remembered: more than this end links with in any time that a play may cross a new link. */
const MAX_ENDINGS = 256;

/** The publishing half of a connection: its streams, who plays them, and who may. */
export class Publisher {
  /** Every granted subscription, over all streams. */
  readonly granted = cell<readonly PeerSubscription[]>([]);
  readonly waitingRoom = new WaitingRoom();
  maxPeerConnections = DEFAULT_MAX_PEER_CONNECTIONS;
  /** How a budget wants new senders to begin. */
  opening: Opening | undefined;
  readonly #publications = new Map<string, Publication>();
  readonly #subscriptions = new Map<LinkPort, Map<number, PeerSubscription>>();
  /** Those whose link is being replaced. */
  readonly #moving = new Map<PeerId, Map<number, PeerSubscription>>();
  readonly #asked = new Questions();
  readonly #asking = new Map<PeerSubscription, AbortController>();
  /** How plays have ended: one that is said again is answered again, and nobody is asked about it twice. */
  readonly #endings = new BoundedMap<PeerId, BoundedMap<number, ErrorCode>>(MAX_ENDINGS);
  readonly #questions = allowances<PeerId>(QUESTIONS_OF_A_PEER);
  readonly #lanes: Lanes;
  readonly #files: FileDoor;
  readonly #tell: (status: Status) => void;

  constructor(lanes: Lanes, files: FileDoor, tell: (status: Status) => void) {
    this.#lanes = lanes;
    this.#files = files;
    this.#tell = tell;
  }

  /** Publishes a stream; who waits for its name is asked about at once. */
  publish(name: string, onPeerConnect: OnPeerConnect, roomKey?: RoomKey): OutgoingStream {
    checkName(name, 'A stream name');
    if (this.#publications.has(name)) {
      this.#tell(statusOf('NetStream.Publish.BadName', { stream: name, error: 'stream/name-taken' }));
      throw new ConclaveError('stream/name-taken', { hint: `The name is "${name}".` });
    }
    const publication: Publication = new Publication(name, onPeerConnect, roomKey, this.#files, () =>
      this.#unpublish(publication),
    );
    this.#publications.set(name, publication);
    this.#tell(statusOf('NetStream.Publish.Start', { stream: name }));
    for (const subscription of this.waitingRoom.take(name)) void this.#ask(subscription, publication);
    return publication.stream;
  }

  /** The secret rooms to which our streams belong. */
  roomKeys(): readonly RoomKey[] {
    return [...this.#publications.values()].flatMap(({ roomKey }) => roomKey ?? []);
  }

  /** Whether a peer that is in these of our rooms may come at all: not where every stream is another room's. */
  welcomes(rooms: ReadonlySet<string>): boolean {
    const publications = [...this.#publications.values()];
    return publications.length === 0 || publications.some((one) => mayCarry(rooms, one));
  }

  /** Takes all plays that a far end has named; those known already are answered again. */
  farPlays(port: LinkPort, plays: readonly PlayRequest[]): void {
    for (const play of plays) this.#play(port, play);
  }

  /** Takes a control frame about a subscription of the far end. False where it is about something else. */
  control(port: LinkPort, frame: ControlFrame): boolean {
    if (frame.t === 'play') this.#play(port, frame.play);
    else if (frame.t === 'unplay') this.#unplay(port, frame.request);
    else if (frame.t === 'receive') this.#find(port, frame.request)?.media.receive(frame);
    else if (frame.t === 'demand') this.#find(port, frame.request)?.media.demand(frame);
    else return false;
    return true;
  }

  /** Whether a link may carry what is for this subscription of a far peer. */
  mayCross(port: LinkPort, { farId, request }: FileTarget): boolean {
    const isMeant = (one: PeerSubscription) => one.farId === farId && one.play.request === request;
    const subscription = this.granted.get().find(isMeant);
    return subscription?.mayCross(port) === true;
  }

  /** Takes an answer of a subscriber; false where it is none. */
  answer(port: LinkPort, request: number, payload: Uint8Array): boolean {
    // It may come before the play is said again on a new link.
    const one = this.#find(port, request) ?? this.#moving.get(port.farId)?.get(request);
    return one !== undefined && one.mayCross(port) && one.answered(payload);
  }

  /** The link has ended, and with it every subscription that came by it, unless it moves to another link. */
  down(port: LinkPort, code: ErrorCode, moving: boolean): void {
    const subscriptions = this.#subscriptions.get(port);
    if (!subscriptions) return;
    if (moving) {
      this.#subscriptions.delete(port);
      this.#moving.set(port.farId, new Map([...(this.#moving.get(port.farId) ?? []), ...subscriptions]));
      for (const subscription of subscriptions.values()) subscription.move();
      return;
    }
    for (const subscription of [...subscriptions.values()]) subscription.drop(code);
    this.#subscriptions.delete(port);
  }

  /** No other link came about: what was to move to it has ended. */
  gone(farId: PeerId, code: ErrorCode): void {
    for (const subscription of [...(this.#moving.get(farId)?.values() ?? [])]) subscription.drop(code);
    this.#moving.delete(farId);
  }

  /** Whether a far end plays, or waits to play, anything over this link. */
  serves(port: LinkPort): boolean {
    return (this.#subscriptions.get(port)?.size ?? 0) > 0;
  }

  /** Closes all streams. */
  close(): void {
    for (const publication of [...this.#publications.values()]) publication.close();
  }

  #play(port: LinkPort, play: PlayRequest): void {
    const known = this.#find(port, play.request);
    if (known) return known.sayAgain();
    const { link } = port;
    if (!link || port.state.phase === 'closed') return; // a description may have its turn after the end
    const ending = this.#endings.get(port.farId)?.get(play.request);
    if (ending) return port.send({ t: 'ended', request: play.request, code: ending });
    const ofLink = this.#subscriptions.get(port) ?? new Map<number, PeerSubscription>();
    this.#subscriptions.set(port, ofLink);
    const moved = this.#moved(port.farId, play);
    const subscription =
      moved ??
      new PeerSubscription(port, play, link, {
        lanes: this.#lanes,
        questions: this.#asked,
        files: this.#files,
        owner: () => this.#publications.get(play.stream),
        ended: (one, code) => this.#ended(one, code),
        opening: () => this.opening,
      });
    const others = [...ofLink.values()];
    ofLink.set(play.request, subscription);
    moved?.rebind(port, play, link);
    if (moved && !moved.mayCross(port)) return moved.end('room/not-admitted');
    if (!canSend(port, play) || others.some((one) => sharesLine(one.play, play))) {
      return subscription.end('link/bad-description');
    }
    if (ofLink.size > MAX_PLAYS) return subscription.end('stream/limit');
    if (moved) return moved.resume();
    const publication = this.#publications.get(play.stream);
    if (publication) void this.#ask(subscription, publication);
    else this.waitingRoom.add(subscription);
  }

  /** What this play was on the link before. */
  #moved(farId: PeerId, { request, stream }: PlayRequest): PeerSubscription | undefined {
    const moved = this.#moving.get(farId)?.get(request);
    if (moved?.play.stream !== stream) return undefined;
    this.#moving.get(farId)?.delete(request);
    return moved;
  }

  #unplay(port: LinkPort, request: number): void {
    const subscription = this.#find(port, request);
    const moving = this.#moving.get(port.farId)?.get(request);
    if (subscription) subscription.drop('stream/unsubscribed');
    else if (moving) moving.drop('stream/unsubscribed');
    // The description that names the play may still be waiting for its turn.
    else this.#remember(port.farId, request, 'stream/unsubscribed');
  }

  #remember(farId: PeerId, request: number, code: ErrorCode): void {
    const endings = this.#endings.get(farId) ?? new BoundedMap<number, ErrorCode>(MAX_PLAYS);
    this.#endings.set(farId, endings);
    endings.set(request, code);
  }

  async #ask(subscription: PeerSubscription, publication: Publication): Promise<void> {
    const { farId, port } = subscription;
    const mayAsk = this.#admits(farId) && this.#questions.take(farId);
    const barred = mayCarry(port.rooms, publication) ? !mayAsk && 'stream/limit' : 'room/not-admitted';
    if (barred) {
      subscription.end(barred);
      return;
    }
    const controller = new AbortController();
    this.#asking.set(subscription, controller);
    subscription.ask();
    const yes = await askConsent(publication.onPeerConnect, subscription.peerStream, controller);
    this.#asking.delete(subscription);
    if (!isAsking(subscription)) return;
    const stands = yes && this.#publications.get(publication.name) === publication;
    // Again, and in the same turn as the grant: others may have been admitted while this one was asked about.
    const refusal = !stands ? 'stream/refused' : !this.#admits(farId) ? 'stream/limit' : undefined;
    if (refusal) {
      subscription.end(refusal);
      return;
    }
    // Whoever hears of the newcomer may close it at once: then it is not granted after all.
    this.granted.set([...this.granted.get(), subscription]);
    if (isAsking(subscription)) publication.add(subscription);
    if (!isAsking(subscription)) return;
    subscription.grant(publication.tracks);
    this.#tell(statusOf('NetStream.Connect.Success', { stream: publication.name, farId }));
  }

  #ended(subscription: PeerSubscription, error: ErrorCode): void {
    const { farId, play, port } = subscription;
    this.#subscriptions.get(port)?.delete(play.request);
    if (this.#moving.get(farId)?.get(play.request) === subscription)
      this.#moving.get(farId)?.delete(play.request);
    this.#remember(farId, play.request, error);
    this.waitingRoom.remove(subscription);
    this.#asking.get(subscription)?.abort();
    const wasGranted = this.granted.get().includes(subscription);
    this.#publications.get(play.stream)?.remove(subscription);
    this.granted.set(this.granted.get().filter((one) => one !== subscription));
    const code = wasGranted ? 'NetStream.Connect.Closed' : 'NetStream.Connect.Rejected';
    this.#tell(statusOf(code, { stream: play.stream, farId, error }));
  }

  #unpublish(publication: Publication): void {
    this.#publications.delete(publication.name);
    for (const [subscription] of this.#asking) {
      if (subscription.play.stream === publication.name) subscription.end('stream/closed');
    }
    this.#tell(statusOf('NetStream.Unpublish.Success', { stream: publication.name }));
  }

  #admits(farId: PeerId): boolean {
    const playing = this.granted.get().map((one) => one.farId);
    return admits(playing, farId, this.maxPeerConnections);
  }

  #find(port: LinkPort, request: number): PeerSubscription | undefined {
    return this.#subscriptions.get(port)?.get(request);
  }
}

function isAsking({ state }: PeerSubscription): boolean {
  return state.phase === 'asking';
}

/** Whether there are m-lines for a play: those that it names, of the right kinds, or none where it names none. */
function canSend(port: LinkPort, play: PlayRequest): boolean {
  const names = play.audioMid !== undefined || play.videoMid !== undefined;
  return !names || port.lines.sendersFor(play) !== undefined;
}

/** Two plays on one m-line would hand one subscription's consent to the other. */
function sharesLine(one: PlayRequest, other: PlayRequest): boolean {
  const lines = [other.audioMid, other.videoMid].filter((mid) => mid !== undefined);
  return lines.some((mid) => mid === one.audioMid || mid === one.videoMid);
}

/** Checks a limit that an application gives; throws `usage/invalid-argument`. */
export function checkMaxPeerConnections(max: number): number {
  if (Number.isInteger(max) && max >= 0) return max;
  throw new ConclaveError('usage/invalid-argument', {
    hint: 'A whole number, 0 or more.',
  });
}
