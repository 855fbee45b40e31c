import { cell, type PeerId, type Readable } from '@conclave/core';

import { conflate } from './conflate.js';
import { ANNOUNCE_INTERVAL_MS } from './limits.js';
import { ALONE, nextHealth, type HealthPeer, type RoomHealth } from './logic/health.js';
import type { ParticipantState } from './logic/participant-state.js';
import type { Participant } from './participant.js';

/** What the watch needs of its room. */
export interface HealthDoors {
  readonly nearId: PeerId;
  /** Everybody else, in the order of their coming. */
  participants(): readonly Participant[];
  /** Tells the others with whom this end is linked. */
  report(linked: readonly PeerId[]): void;
}

/** Tells the others this end's row of the matrix, and keeps theirs. */
export class HealthWatch {
  readonly #doors: HealthDoors;
  readonly #health = cell<RoomHealth>(ALONE.health);
  readonly #rows = new Map<PeerId, ReadonlySet<PeerId>>();
  readonly #look = conflate(() => this.#step(), ANNOUNCE_INTERVAL_MS);
  #memory = ALONE;
  #reported = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(doors: HealthDoors) {
    this.#doors = doors;
  }

  /** Who is linked with whom. */
  get health(): Readable<RoomHealth> {
    return this.#health.readable;
  }

  /** Somebody says with whom it is linked; `undefined` where what it said no longer holds. */
  reported(farId: PeerId, linked: ReadonlySet<PeerId> | undefined): void {
    if (linked) this.#rows.set(farId, linked);
    else this.#rows.delete(farId);
    this.#look.call();
  }

  /** Somebody came or went, or stands otherwise with this end. */
  changed(): void {
    const linked = this.#doors
      .participants()
      .filter(({ state }) => state.get().phase === 'present')
      .map(({ id }) => id);
    if (linked.join() !== this.#reported) {
      this.#reported = linked.join();
      this.#doors.report(linked);
    }
    this.#look.call();
  }

  /** The room is left. */
  close(): void {
    this.#look.stop();
    clearTimeout(this.#timer);
    this.#health.set(ALONE.health);
  }

  #step(): void {
    clearTimeout(this.#timer);
    const nowMs = performance.now();
    this.#memory = nextHealth(this.#memory, {
      atMs: nowMs,
      nearId: this.#doors.nearId,
      peers: this.#doors.participants().flatMap(peerOf),
      rows: this.#rows,
    });
    const { dueMs, health } = this.#memory;
    if (dueMs !== undefined) this.#timer = setTimeout(() => this.#look.call(), Math.max(0, dueMs - nowMs));
    this.#health.set(health);
  }
}

function peerOf({ id, state }: Participant): HealthPeer[] {
  const stand = standOf(state.get());
  return stand ? [{ peerId: id, state: stand }] : [];
}

/** How this end stands with somebody; `undefined` for who is no member: listed, but without the secret of the room. */
function standOf(state: ParticipantState): HealthPeer['state'] | undefined {
  switch (state.phase) {
    case 'present':
      return 'linked';
    case 'unreachable':
      return state.code === 'room/not-admitted' ? undefined : 'broken';
    case 'left':
      return undefined;
    default:
      return 'linking';
  }
}
