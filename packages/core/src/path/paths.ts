import { decodePathFrame, type PeerId } from '@conclave/protocol';

import type { LinkPort } from '../link/link-port.js';
import type { Unsubscribe } from '../state/readable.js';
import { reportError } from '../state/report.js';
import { LinkArrivals } from './arrivals.js';
import type { PathReport, TrainReport } from './path-types.js';
import { LinkSoundings } from './soundings.js';

/** What measuring paths needs of the connection. */
export interface PathsDoors {
  /** The link to a peer, where one stands. */
  linkTo(farId: PeerId): LinkPort | undefined;
  /** Whether live audio of somebody else than this peer comes in. */
  hearsOthersThan(farId: PeerId): boolean;
}

interface Measured {
  readonly arrivals: LinkArrivals;
  readonly soundings: LinkSoundings;
}

/** How the paths of all links of a connection do, by what both ends time (RFC 6817 section 2, RFC 8836). */
export class Paths {
  readonly #doors: PathsDoors;
  readonly #links = new WeakMap<LinkPort, Measured>();
  readonly #listeners = new Set<{ readonly tell: (report: PathReport) => void }>();

  constructor(doors: PathsDoors) {
    this.#doors = doors;
  }

  /** A frame of a file came, so long after it had left. */
  timed(port: LinkPort, sentAtUs: number, bytes: number): void {
    this.#of(port).arrivals.timed(sentAtUs, bytes);
  }

  /** Takes a frame that measures; false where it cannot be. */
  received(port: LinkPort, bytes: Uint8Array): boolean {
    const decoded = decodePathFrame(bytes);
    if (!decoded.ok) return false;
    const frame = decoded.value;
    const { arrivals, soundings } = this.#of(port);
    if (frame.type === 'probe') arrivals.probe(frame);
    else if (frame.type === 'spread') soundings.spread(frame);
    else {
      const report = soundings.reported(port.farId, frame);
      if (report) this.#tell(report);
    }
    return true;
  }

  /** Sends one small packet, which the far end times and reports. */
  sound(farId: PeerId): void {
    const port = this.#doors.linkTo(farId);
    if (port) this.#of(port).soundings.sound();
  }

  /** Measures the rate of a path with packets back to back. */
  async probe(farId: PeerId, packetBytes?: number): Promise<TrainReport | undefined> {
    const port = this.#doors.linkTo(farId);
    return port && this.#of(port).soundings.train(packetBytes);
  }

  /** Hears every report of every far end. */
  onReport(tell: (report: PathReport) => void): Unsubscribe {
    const entry = { tell };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** A link has ended. */
  down(port: LinkPort): void {
    const measured = this.#links.get(port);
    this.#links.delete(port);
    measured?.arrivals.stop();
    measured?.soundings.stop();
  }

  #tell(report: PathReport): void {
    for (const { tell } of [...this.#listeners]) {
      try {
        tell(report);
      } catch (error) {
        reportError(error);
      }
    }
  }

  #of(port: LinkPort): Measured {
    const known = this.#links.get(port);
    if (known) return known;
    const hearsOthers = () => this.#doors.hearsOthersThan(port.farId);
    const measured = {
      arrivals: new LinkArrivals(port, { hearsOthers }),
      soundings: new LinkSoundings(port),
    };
    this.#links.set(port, measured);
    return measured;
  }
}
