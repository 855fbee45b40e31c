import {
  cell,
  ConclaveError,
  type Connection,
  type ErrorCode,
  type IncomingStream,
  type Link,
  type PeerId,
  type RoomKey,
  type Unsubscribe,
  type Value,
} from '@conclave/core';
import { equalBytes } from '@conclave/protocol';

import { conflate } from './conflate.js';
import { ANNOUNCE_INTERVAL_MS, ATTEMPT_TIMEOUT_MS } from './limits.js';
import { readAnnouncement, type Announcement } from './logic/announcement.js';
import { readRow } from './logic/health.js';
import { isLinked, type ParticipantState } from './logic/participant-state.js';
import type { ConnectionQuality } from './logic/quality.js';
import { controlStreamName, roomStreamName } from './logic/stream-names.js';
import type { Participant } from './participant.js';
import { reportError } from './report.js';
import type { RoomHandlers } from './room-handlers.js';
import type { Sending } from './sending.js';

/** What every participant needs of its room. */
export interface FarDoors {
  readonly connection: Connection;
  /** The name of the room at the rendezvous. */
  readonly room: string;
  /** The key of a secret room: nothing crosses a link on which the far end has not proven it. */
  readonly roomKey: RoomKey | undefined;
  /** The streams that this end publishes: the others are expected to publish the same, and to play these. */
  readonly published: readonly string[];
  readonly handlers: RoomHandlers;
  readonly sending: Sending;
  autoPlay(participant: Participant, stream: string): boolean;
}

/** What a participant tells its room. */
export interface FarListener {
  /** Its control stream plays at this end, or its path is silent. */
  control(state: 'playing' | 'silent'): void;
  /** With whom it says that it is linked; `undefined` where what it said no longer holds. */
  row(linked: ReadonlySet<PeerId> | undefined): void;
  /** It said good-bye. */
  bye(): void;
  /** The attempt came to nothing, or its control stream ended. */
  failed(code: ErrorCode): void;
}

/** One stay of somebody else in the room: what this end plays of it, from attempt to attempt. */
export class FarParticipant {
  /** The participant as the application sees it. */
  readonly participant: Participant;
  readonly #doors: FarDoors;
  readonly #listener: FarListener;
  readonly #state = cell<ParticipantState>({ phase: 'listed' });
  readonly #metadata = cell<Value | undefined>(undefined);
  readonly #announced = cell<readonly string[]>([]);
  readonly #streams = cell<ReadonlyMap<string, IncomingStream>>(new Map());
  readonly #link = cell<Link | undefined>(undefined);
  readonly #quality = cell<ConnectionQuality>('unknown');
  readonly #hello = conflate(() => this.#takeHello(), ANNOUNCE_INTERVAL_MS);
  readonly #row = conflate(() => this.#takeRow(), ANNOUNCE_INTERVAL_MS);
  #proven: Link | undefined;
  #said: readonly Value[] = [];
  #saidRow: readonly Value[] = [];
  #known: Announcement | undefined;
  #control: IncomingStream | undefined;
  #heard = false;
  #offState: Unsubscribe = () => undefined;
  #listening: Unsubscribe | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(farId: PeerId, doors: FarDoors, listener: FarListener) {
    this.#doors = doors;
    this.#listener = listener;
    this.participant = {
      id: farId,
      state: this.#state.readable,
      metadata: this.#metadata.readable,
      announced: this.#announced.readable,
      streams: this.#streams.readable,
      link: this.#link.readable,
      quality: this.#quality.readable,
      play: (stream) => this.#playAsked(stream),
      send: (handler, ...args) => doors.sending.send(handler, args, farId),
      request: (handler, args, options) => doors.sending.request(farId, handler, args, options),
      sendFile: (file, options) => doors.sending.sendFile(file, options, farId),
    };
  }

  get #farId(): PeerId {
    return this.participant.id;
  }

  /** Whether its control stream plays at this end. A message may come before the grant, by another channel, and says the same. */
  get hears(): boolean {
    const phase = this.#control?.state.get().phase;
    return phase === 'playing' || (this.#heard && (phase === 'requested' || phase === 'waiting'));
  }

  /** Shows how this end stands with it. */
  setState(state: ParticipantState): void {
    if (this.#state.get().phase === 'left') return; // somebody who heard of another one's state has left the room
    this.#state.set(state);
    this.#showLink();
    if (state.phase === 'present') clearTimeout(this.#timer);
    if (isLinked(state)) return;
    this.#deafen();
    this.#quality.set('unknown');
  }

  /** Once both ends stand with each other: lets the application have what it says. Calling it again does nothing. */
  listen(): void {
    if (!this.#control || this.#listening || !isLinked(this.#state.get())) return;
    this.#listening = this.#doors.handlers.add(this.#control, this.participant);
  }

  #deafen(): void {
    this.#listening?.();
    this.#listening = undefined;
  }

  /** Shows how well one can talk with it. */
  setQuality(quality: ConnectionQuality): void {
    this.#quality.set(quality);
  }

  /** The proven link to it, if any: shown while it carries this room. */
  setLink(link: Link | undefined): void {
    this.#proven = link;
    this.#showLink();
  }

  #showLink(): void {
    this.#link.set(isLinked(this.#state.get()) ? this.#proven : undefined);
  }

  /**
   * Tries to link: plays the control stream and, in the same turn so that one offer carries all, the streams that are
   * expected of it. Whatever an earlier attempt left is closed.
   */
  attempt(dialAfterMs: number): void {
    this.stop();
    const { connection, room, roomKey, published } = this.#doors;
    try {
      const control = connection.play(this.#farId, controlStreamName(room), {
        media: false,
        dialAfterMs,
        roomKey,
      });
      this.#control = control;
      this.#offState = control.state.subscribe(() => this.#controlChanged(control));
      control.handle('hello', (...args) => {
        this.#said = args;
        this.#heardFrom();
        this.#hello.call();
      });
      control.handle('row', (...args) => {
        this.#saidRow = args;
        this.#row.call();
      });
      control.handle('bye', () => this.#listener.bye());
      for (const name of published) this.#play(name, dialAfterMs);
      this.deadline();
    } catch (error) {
      this.#listener.failed(error instanceof ConclaveError ? error.code : 'peer/unreachable');
    }
  }

  /** Gives both ends a time in which they must stand with each other. */
  deadline(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#listener.failed('peer/unreachable'), ATTEMPT_TIMEOUT_MS);
  }

  /** Begins the next attempt after a pause. */
  retry(delayMs: number, due: () => void): void {
    this.stop();
    this.#timer = setTimeout(due, delayMs);
  }

  /** Closes what is played of it. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#hello.stop();
    this.#row.stop();
    this.#offState();
    this.#deafen();
    const control = this.#control;
    this.#control = undefined;
    this.#known = undefined;
    this.#heard = false;
    if (this.#saidRow.length > 0) this.#listener.row(undefined);
    this.#saidRow = [];
    this.stopMedia();
    void control?.close();
  }

  /** Closes the streams that are played of it, but not the control stream. */
  stopMedia(): void {
    const streams = this.#streams.get();
    this.#streams.set(new Map());
    for (const stream of streams.values()) void stream.close();
  }

  /** It speaks on its control stream, so it has granted it: a message may overtake the grant. */
  #heardFrom(): void {
    if (this.#heard) return;
    this.#heard = true;
    this.#listener.control('playing');
  }

  #controlChanged(control: IncomingStream): void {
    if (control !== this.#control) return;
    const state = control.state.get();
    if (state.phase === 'playing') this.#listener.control('playing');
    else if (state.phase === 'interrupted') this.#listener.control('silent');
    else if (state.phase === 'closed') this.#listener.failed(state.code);
  }

  #takeHello(): void {
    const announcement = readAnnouncement(this.#said);
    if (!announcement) return; // what cannot be read says nothing; what was said before holds
    const { metadata, encoded, streams } = announcement;
    const before = this.#known;
    this.#known = announcement;
    if (!before || !equalBytes(before.encoded, encoded)) this.#metadata.set(metadata);
    if (before && sameNames(before.streams, streams)) return;
    this.#announced.set(streams);
    for (const [name, stream] of this.#streams.get()) if (!streams.includes(name)) void stream.close();
    for (const name of streams) this.#play(name, 0);
  }

  #takeRow(): void {
    const row = readRow(this.#saidRow);
    if (row) this.#listener.row(row);
  }

  #play(name: string, dialAfterMs: number): void {
    if (this.#streams.get().has(name) || !this.#wants(name)) return;
    try {
      this.#open(name, dialAfterMs);
    } catch {
      // The connection is closed: whoever lives on is told by its state.
    }
  }

  #wants(name: string): boolean {
    try {
      return this.#doors.autoPlay(this.participant, name);
    } catch (error) {
      reportError(error);
      return false;
    }
  }

  #playAsked(name: string): IncomingStream {
    const known = this.#streams.get().get(name);
    if (known) return known;
    if (!this.#announced.get().includes(name)) {
      throw new ConclaveError('usage/invalid-argument', {
        hint: `The participant announces no stream "${name}".`,
      });
    }
    if (!isLinked(this.#state.get()))
      throw new ConclaveError('usage/closed', { hint: 'The participant is not present.' });
    return this.#open(name, 0);
  }

  #open(name: string, dialAfterMs: number): IncomingStream {
    const { connection, room, roomKey, published } = this.#doors;
    const playBack = published.includes(name);
    const stream = connection.play(this.#farId, roomStreamName(room, name), {
      playBack,
      dialAfterMs,
      roomKey,
    });
    this.#streams.set(new Map(this.#streams.get()).set(name, stream));
    stream.state.subscribe(() => {
      if (stream.state.get().phase !== 'closed' || this.#streams.get().get(name) !== stream) return;
      const streams = new Map(this.#streams.get());
      streams.delete(name);
      this.#streams.set(streams);
    });
    return stream;
  }
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index]);
}
