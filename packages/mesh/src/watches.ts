import type { PeerId, PeerStream } from '@conclave/core';

import type { FarParticipant } from './far-participant.js';
import { HealthWatch } from './health-watch.js';
import { QualityWatch } from './quality-watch.js';
import type { Room } from './room.js';
import { SpeakerWatch } from './speaker-watch.js';

/** What watches of a room need of it. */
export interface WatchDoors {
  readonly nearId: PeerId;
  /** Everybody else, in the order of their coming. */
  readonly shown: () => readonly FarParticipant[];
  /** What this end sends to somebody. */
  readonly sentTo: (farId: PeerId) => readonly PeerStream[];
  /** Tells the others with whom this end is linked. */
  readonly report: (linked: readonly PeerId[]) => void;
}

/** What a room observes of itself while somebody is there: links, voices, connections. */
export class Watches {
  /** What the application sees of it. */
  readonly face: Pick<Room, 'health' | 'activeSpeaker'>;
  readonly #health: HealthWatch;
  readonly #speaker: SpeakerWatch;
  readonly #quality: QualityWatch;
  #closed = false;

  constructor(doors: WatchDoors) {
    const { nearId, sentTo, report } = doors;
    const participants = () => doors.shown().map(({ participant }) => participant);
    this.#health = new HealthWatch({ nearId, participants, report });
    this.#speaker = new SpeakerWatch(participants);
    this.#quality = new QualityWatch({ participants: doors.shown, sentTo });
    this.face = { health: this.#health.health, activeSpeaker: this.#speaker.speaker };
  }

  /** Somebody came or went, or stands otherwise with this end. */
  changed(): void {
    if (this.#closed) return;
    this.#health.changed();
    this.#speaker.changed();
    this.#quality.changed();
  }

  /** Somebody says with whom it is linked; `undefined` where what it said no longer holds. */
  reported(farId: PeerId, linked: ReadonlySet<PeerId> | undefined): void {
    if (!this.#closed) this.#health.reported(farId, linked);
  }

  /** The room is left. */
  close(): void {
    this.#closed = true;
    this.#health.close();
    this.#speaker.close();
    this.#quality.close();
  }
}
