import {
  cell,
  type Connection,
  type ErrorCode,
  type PeerId,
  type PeerStream,
  type Readable,
} from '@conclave/core';

import { FarParticipant, type FarDoors } from './far-participant.js';
import { DIAL_AFTER_MS } from './limits.js';
import {
  EMPTY_ROOM,
  isMember,
  nextMembership,
  type MembershipEffect,
  type MembershipEvent,
} from './logic/membership.js';
import { isLinked } from './logic/participant-state.js';
import type { MembershipSource } from './membership/source.js';
import type { Participant } from './participant.js';

/** What a roster needs of its room. */
export interface RosterDoors extends FarDoors {
  /** Who plays this end's control stream. */
  grantedTo(farId: PeerId): PeerStream | undefined;
  /** Ends whatever the peer plays of this room: it is in it no longer. */
  dismiss(farId: PeerId): void;
  /** Somebody says with whom it is linked; `undefined` where what it said no longer holds. */
  reported(farId: PeerId, linked: ReadonlySet<PeerId> | undefined): void;
  /** The membership has changed. */
  changed(): void;
}

interface Present {
  readonly stay: number;
  readonly far: FarParticipant;
}

/** Everybody else in the room: lets the membership reducer decide, and carries it out. */
export class Roster {
  readonly #participants = cell<readonly Participant[]>([]);
  readonly #doors: RosterDoors;
  readonly #connection: Connection;
  readonly #present = new Map<PeerId, Present>();
  readonly #events: MembershipEvent[] = [];
  #membership = EMPTY_ROOM;
  #source: MembershipSource | undefined;
  #busy = false;
  #closed = false;

  constructor(doors: RosterDoors) {
    this.#doors = doors;
    this.#connection = doors.connection;
  }

  /** Everybody else, as the application sees them. */
  get participants(): Readable<readonly Participant[]> {
    return this.#participants.readable;
  }

  /** The same, as the room keeps them. */
  get shown(): readonly FarParticipant[] {
    return [...this.#membership.seats.values()].flatMap(({ peerId, shown }) => {
      const present = shown ? this.#present.get(peerId) : undefined;
      return present ? [present.far] : [];
    });
  }

  /** Those to whom room messages go. */
  get linked(): readonly PeerId[] {
    return [...this.#membership.seats.values()]
      .filter(({ state }) => isLinked(state))
      .map(({ peerId }) => peerId);
  }

  /** Whether the peer may be let in. */
  isMember(farId: PeerId): boolean {
    return isMember(this.#membership, farId);
  }

  /** Follows a source from now on. */
  follow(source: MembershipSource): void {
    this.#source = source;
    const read = () => this.take({ type: 'list', members: source.members.get() });
    source.members.subscribe(read);
    read();
  }

  /** Takes an event; events that it causes are taken after it. */
  take(event: MembershipEvent): void {
    this.#events.push(event);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#events.shift(); next; next = this.#events.shift())
        if (!this.#closed) this.#apply(next);
    } finally {
      this.#busy = false;
    }
  }

  /** Somebody began to play this end's control stream. */
  granted(farId: PeerId): void {
    this.#judge(farId);
  }

  /** Somebody plays this end's control stream no longer. */
  ungranted(farId: PeerId, code: ErrorCode): void {
    if (code !== 'link/replaced') return this.take({ type: 'unheard', peerId: farId, code });
    // Another link has taken over: the play is said again on it.
    this.take({ type: 'silent', peerId: farId });
    this.#present.get(farId)?.far.deadline();
  }

  /** The proven links have changed. */
  linksChanged(): void {
    const links = this.#connection.links.get();
    for (const [farId, { far }] of this.#present) far.setLink(links.get(farId));
  }

  /** Plays nobody's media any longer. */
  stopMedia(): void {
    for (const { far } of this.#present.values()) far.stopMedia();
  }

  /** Everybody has left, as seen from here. Control streams stay, so that good-byes can be said: see `release`. */
  close(): void {
    this.#closed = true;
    for (const { far } of this.#present.values()) far.setState({ phase: 'left' });
    this.#participants.set([]);
  }

  /** Closes everything that is played. */
  release(): void {
    for (const { far } of this.#present.values()) far.stop();
    this.#present.clear();
  }

  #apply(event: MembershipEvent): void {
    const [membership, effects] = nextMembership(this.#membership, event);
    if (membership === this.#membership && effects.length === 0) return;
    this.#membership = membership;
    this.#reconcile();
    for (const effect of effects) this.#do(effect);
    if (!this.#closed) this.#show();
    // Who is heard by the application is a participant that it can see.
    for (const { far } of this.#present.values()) far.listen();
    this.#doors.changed();
  }

  /** Lets the participants follow their seats: a stay that is over ends, a new one begins. */
  #reconcile(): void {
    const { seats } = this.#membership;
    for (const [farId, { stay, far }] of [...this.#present]) {
      const seat = seats.get(farId);
      if (seat?.stay === stay && seat.state.phase !== 'left') continue;
      this.#present.delete(farId);
      far.stop();
      far.setState({ phase: 'left' });
      if (!seat || seat.state.phase === 'left') this.#doors.dismiss(farId);
    }
    for (const { peerId, stay, state } of seats.values()) {
      if (state.phase === 'left') continue;
      const present = this.#present.get(peerId) ?? this.#welcome(peerId, stay);
      present.far.setState(state);
    }
  }

  /** Shows who is there, once what is played of them is: a list that changed is not told again for it. */
  #show(): void {
    const shown = this.shown.map(({ participant }) => participant);
    const before = this.#participants.get();
    const same =
      shown.length === before.length && shown.every((participant, index) => participant === before[index]);
    if (!same) this.#participants.set(shown);
  }

  #welcome(peerId: PeerId, stay: number): Present {
    const far = new FarParticipant(peerId, this.#doors, {
      control: (state) => {
        if (state === 'playing') this.#judge(peerId);
        else this.take({ type: 'silent', peerId });
      },
      row: (linked) => this.#doors.reported(peerId, linked),
      bye: () => this.take({ type: 'bye', peerId }),
      failed: (code) => this.take({ type: 'failed', peerId, code }),
    });
    far.setLink(this.#connection.links.get().get(peerId));
    const present = { stay, far };
    this.#present.set(peerId, present);
    return present;
  }

  #do(effect: MembershipEffect): void {
    const { peerId } = effect;
    const far = this.#present.get(peerId)?.far;
    if (!far) return;
    if (effect.do === 'retry') {
      far.retry(effect.delayMs, () => this.take({ type: 'due', peerId }));
    } else {
      far.attempt(this.#cameLater(peerId) ? 0 : DIAL_AFTER_MS);
      this.#judge(peerId);
    }
  }

  /** The later joiner offers; if it did not, the other side does. */
  #cameLater(peerId: PeerId): boolean {
    const order = this.#membership.seats.get(peerId)?.order;
    const own = this.#source?.order.get();
    return order === undefined || own === undefined || own > order;
  }

  #judge(peerId: PeerId): void {
    const hears = this.#present.get(peerId)?.far.hears ?? false;
    const isHeard = this.#doors.grantedTo(peerId) !== undefined;
    if (hears && isHeard) this.take({ type: 'up', peerId });
    else if (hears || isHeard) this.take({ type: 'met', peerId });
  }
}
