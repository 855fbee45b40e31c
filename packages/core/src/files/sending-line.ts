import type { ControlFrame, PeerId } from '@conclave/protocol';

import type { LinkPort } from '../link/link-port.js';
import { stepSending, type FileSending, type SendingEvent } from '../logic/file-sending.js';
import type { EngineDoors, FileTarget } from './file-ports.js';
import { MAX_MOVING, MAX_UNDECIDED } from './limits.js';
import type { OutgoingFile } from './outgoing-file.js';
import { SendingFile } from './sending-file.js';

/**
 * Files that were taken back, or failed here, and are said so again over a new link, the newest of them: the first word
 * may have been lost with the old one.
 */
const MAX_WITHDRAWN = 16;

/** The files on their way to one peer, which share its lane in turns, frame by frame. */
export class SendingLine {
  readonly #farId: PeerId;
  readonly #doors: EngineDoors;
  readonly #files = new Map<number, SendingFile>();
  readonly #withdrawn = new Map<number, FileSending>();
  #isPumping = false;
  /** The link on which everything was said. */
  #link: LinkPort | undefined;

  constructor(farId: PeerId, doors: EngineDoors) {
    this.#farId = farId;
    this.#doors = doors;
  }

  /** Offers a file. */
  offer(transfer: number, target: FileTarget, outgoing: OutgoingFile): void {
    if (this.#count('offered') >= MAX_UNDECIDED)
      return outgoing.set(this.#farId, { phase: 'failed', code: 'file/limit' });
    const file: SendingFile = new SendingFile(transfer, target, outgoing, {
      say: (frame) => this.#say(frame),
      ready: () => this.pump(),
      ended: (state) => {
        this.#files.delete(transfer);
        if (state.phase === 'failed' && state.told) this.#withdrawn.set(transfer, state);
        const [oldest] = this.#withdrawn.keys();
        if (this.#withdrawn.size > MAX_WITHDRAWN && oldest !== undefined) this.#withdrawn.delete(oldest);
      },
    });
    this.#files.set(transfer, file);
    if (this.#link && this.#link === this.#doors.linkTo(this.#farId)) this.#begin(file, this.#link);
    else this.up();
  }

  /** Those under way that are meant. */
  find(isMeant: (file: SendingFile) => boolean): readonly SendingFile[] {
    return [...this.#files.values()].filter(isMeant);
  }

  /** Takes what the receiver says of a file; of one that has ended it does not matter. */
  step(transfer: number, event: SendingEvent): void {
    const file = this.#files.get(transfer);
    if (!file) return;
    // Who takes more at a time than the protocol has it would make this end read them all.
    if (event.type === 'take' && this.#count('moving') >= MAX_MOVING) file.end('file/limit', 'file/limit');
    else file.step(event);
    this.pump();
  }

  /** There is a new link: says again what is under way, and what is not any more. */
  up(): void {
    const link = this.#doors.linkTo(this.#farId);
    if (!link || link === this.#link) return;
    this.#link = link;
    for (const [transfer, state] of this.#withdrawn)
      for (const effect of stepSending(state, { type: 'up' })[1])
        if (effect.do === 'withdraw') this.#say({ t: 'withdraw', transfer, code: effect.code });
    for (const file of [...this.#files.values()]) this.#begin(file, link);
  }

  /** Hands over what there is room for. */
  pump(): void {
    if (this.#isPumping) return; // a listener that was told of progress may have brought us here
    this.#isPumping = true;
    try {
      while (this.#sendNext());
    } finally {
      this.#isPumping = false;
    }
  }

  #begin(file: SendingFile, link: LinkPort): void {
    if (this.#doors.connection.mayCross(link, file.target)) file.step({ type: 'up' });
    else file.end('room/not-admitted');
  }

  #sendNext(): boolean {
    const [farId, { connection }] = [this.#farId, this.#doors];
    const { channels, state } = this.#link ?? {};
    if (!channels?.isOpen('bulk') || state?.phase === 'closed' || connection.isBusy(farId)) return false;
    const pacer = connection.pacer();
    const [window, frameBytes] = [pacer.windowBytes(farId, 'bulk'), pacer.frameBytes(farId)];
    const buffered = channels.buffered('bulk');
    if (buffered > 0) {
      channels.setLowMark('bulk', Math.floor(window / 2));
      if (buffered + frameBytes > window) return false;
    }
    for (const file of this.#files.values()) {
      const next = file.next(frameBytes);
      if (!next) continue;
      if (pacer.allowance(farId, 'bulk') <= 0) return false;
      const [part, bytes] = next;
      if (!channels.send('bulk', bytes)) return false;
      pacer.sent(farId, 'bulk', bytes.byteLength, buffered);
      this.#files.delete(file.transfer); // its turn comes again after all others
      this.#files.set(file.transfer, file);
      file.step({ type: 'sent', part });
      return true;
    }
    return false;
  }

  #count(phase: SendingFile['phase']): number {
    return this.find((file) => file.phase === phase).length;
  }

  #say(frame: ControlFrame): void {
    this.#link?.send(frame);
  }
}
