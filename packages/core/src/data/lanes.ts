import type { LinkPort } from '../link/link-port.js';
import { MessageLane } from './message-lane.js';
import { defaultPacer, type Pacer } from './pacer-port.js';

/** The message lanes of all links of a connection. */
export class Lanes {
  readonly #lanes = new Map<LinkPort, MessageLane>();
  readonly #deliver: (link: LinkPort, request: number, payload: Uint8Array) => void;
  #pacer: Pacer = defaultPacer;

  constructor(deliver: (link: LinkPort, request: number, payload: Uint8Array) => void) {
    this.#deliver = deliver;
  }

  /** Replaces the pacer of all lanes. */
  setPacer(pacer: Pacer): void {
    this.#pacer = pacer;
    for (const lane of this.#lanes.values()) lane.pump();
  }

  /** The lane of a link. */
  of(link: LinkPort): MessageLane {
    const known = this.#lanes.get(link);
    if (known) return known;
    const lane = new MessageLane(link, () => this.#pacer, {
      message: (request, payload) => {
        this.#deliver(link, request, payload);
      },
    });
    if (link.state.phase === 'closed') lane.close();
    else this.#lanes.set(link, lane);
    return lane;
  }

  /** The link has ended. */
  drop(link: LinkPort): void {
    this.#lanes.get(link)?.close();
    this.#lanes.delete(link);
  }
}
