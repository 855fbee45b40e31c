import {
  decodeValue,
  MAX_FILE_METADATA_BYTES,
  type BulkFrame,
  type ControlFrame,
  type ControlFrameOf,
  type ErrorCode,
  type PeerId,
  type SealFrame,
} from '@conclave/protocol';

import type { LinkPort } from '../link/link-port.js';
import { stepReceiving, type FileReceiving } from '../logic/file-receiving.js';
import { BoundedMap } from '../state/bounded-map.js';
import { reportError } from '../state/report.js';
import type { EngineDoors, FileTarget } from './file-ports.js';
import { LISTENER_PATIENCE_MS, MAX_ENDED, MAX_MOVING, MAX_UNDECIDED, MAX_UNSAID_BYTES } from './limits.js';
import { ReceivingFile } from './receiving-file.js';

/** The files on their way from one peer. */
export class ReceivingLine {
  readonly #farId: PeerId;
  readonly #doors: EngineDoors;
  readonly #files = new Map<number, ReceivingFile>();
  readonly #ended = new BoundedMap<number, FileReceiving>(MAX_ENDED);
  /** Those for which nobody has listened yet. */
  readonly #unheard = new Map<ReceivingFile, ReturnType<typeof setTimeout>>();

  constructor(farId: PeerId, doors: EngineDoors) {
    this.#farId = farId;
    this.#doors = doors;
  }

  /** A file is offered, or said again. */
  file(link: LinkPort, frame: ControlFrameOf<'file'>): void {
    const { transfer, request, size } = frame;
    const known = this.#files.get(transfer);
    if (known) return this.#again(link, known, frame);
    const ended = this.#ended.get(transfer);
    if (ended) return this.#sayEnd(link, transfer, ended);
    const decline = (code: ErrorCode) => this.#say(link, { t: 'decline', transfer, code });
    if (!this.#doors.connection.isPlaying(link, request)) return decline('stream/unsubscribed');
    if (this.#count('offered', 'waiting') >= MAX_UNDECIDED) return decline('file/limit');
    const metadata = frame.metadata && decodeValue(frame.metadata, MAX_FILE_METADATA_BYTES);
    if (metadata?.ok === false) return decline('link/bad-frame');
    const { name, type } = frame;
    const facts = { farId: this.#farId, transfer, request, name, type, size, metadata: metadata?.value };
    const file: ReceivingFile = new ReceivingFile(link, facts, {
      say: (by, answer) => this.#say(by, answer),
      accepted: () => this.#nextTurn(),
      ended: (state) => this.#over(file, state),
    });
    this.#files.set(transfer, file);
    const patience = () => file.end('file/no-receiver', 'file/no-receiver');
    this.#unheard.set(file, setTimeout(patience, LISTENER_PATIENCE_MS));
    this.heard({ farId: this.#farId, request });
  }

  /** Takes a part of a file, or the seal of one. False where this end has never heard of the file. */
  data(link: LinkPort, frame: BulkFrame | SealFrame): boolean {
    const { transfer, offset, payload } = frame;
    const file = this.#files.get(transfer);
    if (!file) return this.#ended.get(transfer) !== undefined; // it was on its way
    if (file.link !== link) return true; // it was on its way too; over the new link it comes again
    if (frame.type === 'bulk') file.bulk(offset, payload);
    else file.seal(offset, payload);
    return true;
  }

  /** The sender has taken a file back. */
  withdraw(transfer: number, code: ErrorCode): void {
    this.#files.get(transfer)?.step({ type: 'withdraw', code });
  }

  /** Hands offers that nobody has heard of to whoever listens now. */
  heard({ request }: FileTarget): void {
    for (const file of [...this.#unheard.keys()]) {
      const { farId, request: own } = file.facts;
      const listeners = own === request ? this.#doors.listeners({ farId, request }) : [];
      if (listeners.length === 0) continue;
      this.#hear(file);
      for (const listener of listeners) {
        try {
          listener(file.offer);
        } catch (error) {
          reportError(error);
        }
      }
    }
  }

  /** Those under way that are meant have ended. */
  end(isMeant: (file: ReceivingFile) => boolean, code: ErrorCode): void {
    for (const file of [...this.#files.values()]) if (isMeant(file)) file.end(code);
  }

  #again(link: LinkPort, file: ReceivingFile, { request, size }: ControlFrameOf<'file'>): void {
    if (file.link === link) return;
    // Nothing that has come of it can be of this file.
    if (request !== file.facts.request || size !== file.facts.size) file.end('file/corrupt', 'file/corrupt');
    else file.sayAgain(link);
  }

  #over(file: ReceivingFile, state: FileReceiving): void {
    const { transfer } = file.facts;
    this.#hear(file);
    this.#files.delete(transfer);
    this.#ended.set(transfer, state);
    this.#nextTurn();
  }

  #hear(file: ReceivingFile): void {
    clearTimeout(this.#unheard.get(file));
    this.#unheard.delete(file);
  }

  #nextTurn(): void {
    for (const file of [...this.#files.values()]) {
      if (this.#count('moving', 'closing') >= MAX_MOVING) return;
      file.step({ type: 'turn' });
    }
  }

  #sayEnd(link: LinkPort, transfer: number, state: FileReceiving): void {
    for (const effect of stepReceiving(state, { type: 'file' })[1]) {
      if (effect.do === 'kept') this.#say(link, { t: 'kept', transfer });
      else if (effect.do === 'decline') this.#say(link, { t: 'decline', transfer, code: effect.code });
    }
  }

  #say(link: LinkPort, frame: ControlFrame): void {
    if (link.channels.buffered('control') < MAX_UNSAID_BYTES) link.send(frame);
  }

  #count(...phases: readonly ReceivingFile['phase'][]): number {
    return [...this.#files.values()].filter(({ phase }) => phases.includes(phase)).length;
  }
}
