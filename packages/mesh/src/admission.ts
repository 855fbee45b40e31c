import type { OnPeerConnect, PeerId } from '@conclave/core';

/** What a gate asks the room. */
export interface AdmissionDoors {
  /** Whether the peer is in the room as far as this end knows. */
  isMember(farId: PeerId): boolean;
  /** Whether the peer plays the control stream. */
  isGranted(farId: PeerId): boolean;
  /** Whether a member may come, as far as this end's uplink goes. */
  readonly gate: OnPeerConnect;
  /** A member tries this end. */
  knocked(farId: PeerId): void;
}

/**
 * Who may play the streams of a room: members only. A play may come before the list that names its player; it waits for
 * the list, as long as core lets it (10 s).
 */
export class Admission {
  readonly #doors: AdmissionDoors;
  readonly #waiting = new Set<() => void>();

  constructor(doors: AdmissionDoors) {
    this.#doors = doors;
  }

  /** The gate of the control stream. */
  readonly control: OnPeerConnect = async (peer, signal) => {
    const { farId } = peer;
    if (!(await this.#until(() => this.#doors.isMember(farId), signal))) return false;
    if (!(await this.#doors.gate(peer, signal))) return false;
    if (signal.aborted || !this.#doors.isMember(farId)) return false; // while somebody decided
    this.#doors.knocked(farId);
    return true;
  };

  /** The gate of every other stream: nobody gets media before it was let into the room. */
  readonly media: OnPeerConnect = ({ farId }, signal) =>
    this.#until(() => this.#doors.isGranted(farId), signal);

  /** Something changed that may let somebody in. */
  changed(): void {
    for (const check of [...this.#waiting]) check();
  }

  async #until(condition: () => boolean, signal: AbortSignal): Promise<boolean> {
    await Promise.resolve(); // who waited for the stream is asked about while it is being published
    if (condition()) return true;
    return new Promise((resolve) => {
      const check = () => {
        if (!condition() && !signal.aborted) return;
        this.#waiting.delete(check);
        signal.removeEventListener('abort', check);
        resolve(!signal.aborted);
      };
      this.#waiting.add(check);
      signal.addEventListener('abort', check);
    });
  }
}
