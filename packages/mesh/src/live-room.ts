import {
  cell,
  ConclaveError,
  type Connection,
  type HandlerOptions,
  type RoomKey,
  type Unsubscribe,
} from '@conclave/core';
import { BehaviorSubject } from 'rxjs';

import { Admission } from './admission.js';
import { copyMetadata, type CheckedOptions } from './join-options.js';
import { GOODBYE_TIMEOUT_MS } from './limits.js';
import { controlStreamName } from './logic/stream-names.js';
import { admittedSource } from './membership/admitted-source.js';
import type { MembershipSource } from './membership/source.js';
import { Outlet } from './outlet.js';
import type { Participant } from './participant.js';
import { RoomHandlers, type RoomHandler } from './room-handlers.js';
import type { Admit, Room, RoomState, RoomTrust } from './room.js';
import { Roster } from './roster.js';
import { Sending } from './sending.js';
import { RoomUplinkPart } from './uplink/room-uplink.js';
import { withinMs } from './within.js';
import { Watches } from './watches.js';

/** A room from the first published stream to the last good-bye. */
export class LiveRoom {
  /** The room as the application sees it. */
  readonly room: Room;
  readonly #connection: Connection;
  readonly #state = cell<RoomState>({ phase: 'joined' });
  readonly #handlers = new RoomHandlers();
  readonly #admission: Admission;
  readonly #outlet: Outlet;
  readonly #roster: Roster;
  readonly #sending: Sending;
  readonly #watches: Watches;
  readonly #uplink: RoomUplinkPart;
  readonly #releases: readonly Unsubscribe[];
  readonly #admit: Admit | undefined;
  #source: MembershipSource | undefined;
  #leaving: Promise<void> | undefined;
  #onLeave: (left: Promise<void>) => void = () => {};

  /** Publishes the streams of the room. Throws `stream/name-taken`, `usage/closed`. */
  constructor(connection: Connection, options: CheckedOptions, roomKey: RoomKey | undefined) {
    const { room: name, metadata, publish, autoPlay, admit, uplink } = options;
    const listedAs = roomKey?.id ?? name;
    this.#connection = connection;
    this.#admit = admit;
    this.#admission = new Admission({
      isMember: (farId) => this.#roster.isMember(farId),
      isGranted: (farId) => this.#outlet.grantedTo(farId) !== undefined,
      gate: (peer, signal) => this.#uplink.gate(peer, signal),
      knocked: (farId) => this.#roster.take({ type: 'knock', peerId: farId }),
    });
    this.#outlet = new Outlet(connection, listedAs, roomKey, publish, metadata, this.#admission, {
      granted: (farId) => {
        this.#roster.granted(farId);
        this.#admission.changed();
        this.#uplink.changed();
      },
      ungranted: (farId, code) => {
        this.#roster.ungranted(farId, code);
        this.#uplink.changed();
      },
    });
    this.#uplink = this.#openUplink(uplink);
    this.#sending = new Sending({
      control: this.#outlet.control,
      linked: () => this.#roster.linked,
      grantedTo: (farId) => this.#outlet.grantedTo(farId),
      mustBeJoined: () => this.#mustBeJoined(),
    });
    this.#watches = new Watches({
      nearId: connection.nearId,
      shown: () => this.#roster.shown,
      sentTo: (farId) => this.#outlet.sentTo(farId),
      report: (linked) => this.#outlet.setRow(linked),
    });
    this.#roster = new Roster({
      connection,
      room: listedAs,
      roomKey,
      published: publish,
      handlers: this.#handlers,
      autoPlay,
      sending: this.#sending,
      grantedTo: (farId) => this.#outlet.grantedTo(farId),
      dismiss: (farId) => this.#outlet.dismiss(farId),
      reported: (farId, linked) => this.#watches.reported(farId, linked),
      changed: () => {
        this.#admission.changed();
        this.#uplink.changed();
        this.#watches.changed();
      },
    });
    this.#releases = this.#watch(controlStreamName(listedAs));
    this.room = this.#face(name, roomKey ? 'secret' : admit ? 'admitted' : 'introduced');
  }

  /** The source has let this end in. */
  enter(source: MembershipSource): void | Promise<void> {
    if (this.#leaving) return source.leave();
    this.#source = this.#admit ? admittedSource(source, this.#admit) : source;
    this.#roster.follow(this.#source);
  }

  /** Calls the function when the room is being left. */
  onLeave(tell: (left: Promise<void>) => void): void {
    this.#onLeave = tell;
    if (this.#leaving) tell(this.#leaving);
  }

  /** Ends everything at once. */
  finish(): void {
    this.#leaving ??= Promise.resolve();
    for (const release of this.#releases) release();
    void this.#source?.leave(); // with the connection gone nobody hears it, but nobody is asked about any longer
    this.#watches.close();
    this.#roster.close();
    if (this.#state.get().phase !== 'left') this.#state.set({ phase: 'left' });
    this.#roster.release();
    this.#outlet.close();
    this.#uplink.release();
  }

  #openUplink(options: CheckedOptions['uplink']): RoomUplinkPart {
    try {
      return new RoomUplinkPart(this.#connection, options, () => this.#outlet.guests);
    } catch (error) {
      this.#outlet.close();
      throw error;
    }
  }

  #face(name: string, trust: RoomTrust): Room {
    const { participants } = this.#roster;
    const subject = new BehaviorSubject<readonly Participant[]>(participants.get());
    participants.subscribe(() => subject.next(participants.get()));
    this.#state.subscribe(() => subject.complete());
    return {
      name,
      nearId: this.#connection.nearId,
      state: this.#state.readable,
      participants,
      participants$: subject.asObservable(),
      trust,
      ...this.#watches.face,
      ...this.#uplink.face,
      streams: this.#outlet.streams,
      setMetadata: (metadata) => {
        this.#mustBeJoined();
        this.#outlet.setMetadata(copyMetadata(metadata));
      },
      send: (handler, ...args) => this.#sending.send(handler, args),
      handle: <Args extends readonly unknown[]>(
        handler: string,
        handle: RoomHandler<Args>,
        more?: HandlerOptions<Args>,
      ) => this.#handlers.handle(handler, handle, more),
      request: (handler, args, options) => this.#sending.requestAll(handler, args, options),
      respond: (handler, responder) => this.#handlers.respond(handler, responder),
      sendFile: (file, options) => this.#sending.sendFile(file, options),
      onFile: (listener) => this.#handlers.onFile(listener),
      leave: () => this.#leave(),
    };
  }

  /** The promise is there before anybody hears of the leaving, so that a second call out of a listener gets it too. */
  #leave(): Promise<void> {
    if (this.#leaving) return this.#leaving;
    let goodbye = (): void => undefined;
    this.#leaving = new Promise<void>((resolve) => (goodbye = () => void this.#goodbye().then(resolve)));
    this.#onLeave(this.#leaving);
    goodbye();
    return this.#leaving;
  }

  async #goodbye(): Promise<void> {
    this.#watches.close();
    this.#roster.close();
    this.#state.set({ phase: 'left' });
    this.#roster.stopMedia();
    try {
      await Promise.all([this.#source?.leave(), withinMs(this.#outlet.sayGoodbye(), GOODBYE_TIMEOUT_MS)]);
    } finally {
      this.finish();
    }
  }

  /** Ends with the connection, and hears of peers that this end itself could not take. */
  #watch(control: string): readonly Unsubscribe[] {
    const { state, links } = this.#connection;
    return [
      links.subscribe(() => this.#roster.linksChanged()),
      state.subscribe(() => {
        const now = state.get();
        // With an error only the rendezvous is gone for good: links that stand go on.
        if (now.phase === 'closed' && !now.error) this.finish();
      }),
      this.#connection.on('status', ({ code, stream, farId, error }) => {
        if (code !== 'NetStream.Connect.Rejected' || stream !== control || error !== 'stream/limit' || !farId)
          return;
        this.#roster.take({ type: 'failed', peerId: farId, code: 'stream/limit' });
      }),
    ];
  }

  #mustBeJoined(): void {
    if (this.#leaving) throw new ConclaveError('usage/closed');
  }
}
