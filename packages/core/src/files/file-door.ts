import type { ControlFrame, ErrorCode, PeerId } from '@conclave/protocol';

import type { LinkPort } from '../link/link-port.js';
import type { Unsubscribe } from '../state/readable.js';
import type { FileEngine } from './file-engine.js';
import type { FileDoors, FileTarget, OfferListener } from './file-ports.js';
import type { FileOptions, FileTransfer } from './file-types.js';
import { OutgoingFile } from './outgoing-file.js';

/** Frames of far ends that wait until the working part is there: more than honest ends offer while it loads. */
const MAX_WAITING_FRAMES = 256;

interface Work {
  readonly run: (engine: FileEngine) => void;
  /** The working part cannot be loaded. */
  readonly fail: (() => void) | undefined;
}

/**
 * Files in both directions over all links of a connection. What does the work is loaded with the first of them; until it
 * is there, what happens waits in order.
 */
export class FileDoor {
  readonly #doors: FileDoors;
  readonly #links = new Map<PeerId, LinkPort>();
  readonly #listeners = new Map<string, Set<OfferListener>>();
  #phase: 'idle' | 'loading' | FileEngine = 'idle';
  #waiting: Work[] = [];
  #waitingFrames = 0;

  constructor(doors: FileDoors) {
    this.#doors = doors;
  }

  /**
   * Offers a file to these subscriptions, one a peer. Throws `usage/invalid-argument`, `data/too-large` (metadata) and
   * `data/unsupported-value`.
   */
  send(targets: readonly FileTarget[], file: Blob, options: FileOptions = {}): FileTransfer {
    const perPeer = [...new Map(targets.map((target) => [target.farId, target])).values()];
    const farIds = perPeer.map(({ farId }) => farId);
    const outgoing = new OutgoingFile(farIds, file, options, (one) =>
      this.#tell((engine) => engine.withdraw(one)),
    );
    if (farIds.some((farId) => outgoing.isUnderWay(farId))) {
      const fail = () => {
        for (const farId of farIds) outgoing.set(farId, { phase: 'failed', code: 'usage/unsupported' });
      };
      this.#begin({ run: (engine) => engine.send(perPeer, outgoing), fail });
    }
    return outgoing.face;
  }

  /** Hands over every file that is offered to one of our subscriptions, also one that waits for a listener. */
  onFile(key: FileTarget, listener: OfferListener): Unsubscribe {
    const name = nameOf(key);
    const listeners = this.#listeners.get(name) ?? new Set();
    const entry: OfferListener = (offer) => {
      listener(offer);
    }; // one entry a call, even for the same listener twice
    this.#listeners.set(name, listeners.add(entry));
    this.#tell((engine) => engine.heard(key));
    return () => {
      listeners.delete(entry);
      if (listeners.size === 0 && this.#listeners.get(name) === listeners) this.#listeners.delete(name);
    };
  }

  /** Takes a control frame; false where it is not about files. */
  control(link: LinkPort, frame: ControlFrame): boolean {
    switch (frame.t) {
      case 'file': {
        if (!this.#mayWait()) return true;
        const { transfer } = frame;
        const fail = () => link.send({ t: 'decline', transfer, code: 'file/no-receiver' });
        this.#begin({ run: (engine) => engine.control(link, frame), fail });
        return true;
      }
      case 'take':
      case 'got':
      case 'kept':
      case 'decline':
      case 'withdraw':
        // Before the working part is there, only an offer can have been made, to be taken back.
        if (this.#mayWait()) this.#tell((engine) => engine.control(link, frame));
        return true;
      default:
        return false;
    }
  }

  /** Takes a frame of the lane bulk; false where it does not belong there. */
  bulk(link: LinkPort, bytes: Uint8Array): boolean {
    return typeof this.#phase === 'object' && this.#phase.bulk(link, bytes);
  }

  /** More may leave to a peer: the lane bulk has room, messages wait no more, or the pacer says so. */
  wake(farId: PeerId): void {
    if (typeof this.#phase === 'object') this.#phase.pump(farId);
  }

  /** This is the link to its peer from now on: what is under way goes on over it. Also for the first one. */
  up(link: LinkPort): void {
    if (this.#links.get(link.farId) === link) return this.wake(link.farId);
    this.#links.set(link.farId, link);
    this.#tell((engine) => engine.up(link.farId));
  }

  /** The peer is gone for good: what is under way fails. */
  down(farId: PeerId, code: ErrorCode): void {
    this.#links.delete(farId);
    this.#tell((engine) => engine.down(farId, code));
  }

  /**
   * A subscription has ended: its transfers fail. `sending`: the request is of the far peer, which played our stream;
   * `receiving`: it is ours. Both ends call it; nothing goes over the wire.
   */
  ended(side: 'sending' | 'receiving', farId: PeerId, request: number, code: ErrorCode): void {
    if (side === 'receiving') this.#listeners.delete(nameOf({ farId, request }));
    this.#tell((engine) => engine.ended(side, { farId, request }, code));
  }

  #mayWait(): boolean {
    return typeof this.#phase === 'object' || ++this.#waitingFrames <= MAX_WAITING_FRAMES;
  }

  /** Does this once the working part is there, for which it is loaded. */
  #begin(work: Work): void {
    if (typeof this.#phase === 'object') return work.run(this.#phase);
    this.#waiting.push(work);
    if (this.#phase === 'idle') void this.#load();
  }

  /** Does this where the working part is there or on its way: else there is nothing that it could be about. */
  #tell(run: Work['run']): void {
    if (typeof this.#phase === 'object') run(this.#phase);
    else if (this.#phase === 'loading') this.#waiting.push({ run, fail: undefined });
  }

  async #load(): Promise<void> {
    this.#phase = 'loading';
    let engine: FileEngine | undefined;
    try {
      const chunk = await import('./file-engine.js');
      engine = new chunk.FileEngine({
        connection: this.#doors,
        linkTo: (farId) => this.#links.get(farId),
        listeners: (key) => [...(this.#listeners.get(nameOf(key)) ?? [])],
      });
    } catch {
      // Not to be had just now: the next file tries again.
    }
    this.#phase = engine ?? 'idle';
    this.#waitingFrames = 0;
    for (const { run, fail } of this.#waiting.splice(0)) {
      if (engine) run(engine);
      else fail?.();
    }
  }
}

const nameOf = ({ farId, request }: FileTarget) => `${farId}/${request}`;
