import { decodeDataFrame, type ControlFrame, type ErrorCode, type PeerId } from '@conclave/protocol';

import { randomBytes } from '../identity/signer.js';
import type { LinkPort } from '../link/link-port.js';
import type { EngineDoors, FileTarget } from './file-ports.js';
import type { OutgoingFile } from './outgoing-file.js';
import { ReceivingLine } from './receiving-line.js';
import { SendingLine } from './sending-line.js';

interface Lines {
  readonly sending: SendingLine;
  readonly receiving: ReceivingLine;
}

/** The working part of file transfers: what goes to whom, and what comes from whom. */
export class FileEngine {
  readonly #doors: EngineDoors;
  readonly #lines = new Map<PeerId, Lines>();
  /** Not from 1: a peer that remembers a former life of this end must not take this one's files for those. */
  #lastTransfer = new DataView(randomBytes(4).buffer).getUint32(0);

  constructor(doors: EngineDoors) {
    this.#doors = doors;
  }

  /** Offers a file to these. */
  send(targets: readonly FileTarget[], outgoing: OutgoingFile): void {
    for (const target of targets) {
      if (!outgoing.isUnderWay(target.farId)) continue;
      this.#lastTransfer = (this.#lastTransfer + 1) >>> 0;
      this.#of(target.farId).sending.offer(this.#lastTransfer, target, outgoing);
    }
  }

  /** Nobody is to have this file any more. */
  withdraw(outgoing: OutgoingFile): void {
    for (const { sending } of this.#lines.values())
      for (const file of sending.find((one) => one.outgoing === outgoing))
        file.end('file/cancelled', 'file/cancelled');
  }

  /** Somebody listens for files of a subscription. */
  heard(key: FileTarget): void {
    this.#lines.get(key.farId)?.receiving.heard(key);
  }

  /** Takes a control frame about files. What comes by a link that has given way was said again, or will be. */
  control(link: LinkPort, frame: ControlFrame): void {
    const { farId } = link;
    if ((this.#doors.linkTo(farId) ?? link) !== link) return;
    const { sending, receiving } = this.#of(farId);
    if (frame.t === 'file') receiving.file(link, frame);
    else if (frame.t === 'withdraw') receiving.withdraw(frame.transfer, frame.code);
    else if (frame.t === 'take') sending.step(frame.transfer, { type: 'take', from: frame.from });
    else if (frame.t === 'got') sending.step(frame.transfer, { type: 'got', bytes: frame.bytes });
    else if (frame.t === 'kept') sending.step(frame.transfer, { type: 'kept' });
    else if (frame.t === 'decline') sending.step(frame.transfer, { type: 'decline', code: frame.code });
  }

  /** Takes a frame of the lane bulk; false where it does not belong there. */
  bulk(link: LinkPort, bytes: Uint8Array): boolean {
    const frame = decodeDataFrame(bytes);
    if (!frame.ok || (frame.value.type !== 'bulk' && frame.value.type !== 'seal')) return false;
    return this.#lines.get(link.farId)?.receiving.data(link, frame.value) ?? false;
  }

  /** There may be room for more to a peer. */
  pump(farId: PeerId): void {
    this.#lines.get(farId)?.sending.pump();
  }

  /** There is a new link to a peer. */
  up(farId: PeerId): void {
    this.#lines.get(farId)?.sending.up();
  }

  /** A peer is gone for good. */
  down(farId: PeerId, code: ErrorCode): void {
    this.#end(farId, () => true, code);
    this.#lines.delete(farId);
  }

  /** A subscription has ended: it is of the far peer where `sending`, else ours. */
  ended(side: 'sending' | 'receiving', { farId, request }: FileTarget, code: ErrorCode): void {
    this.#end(farId, (at, of) => at === side && of === request, code);
  }

  #end(
    farId: PeerId,
    isMeant: (side: 'sending' | 'receiving', request: number) => boolean,
    code: ErrorCode,
  ): void {
    const lines = this.#lines.get(farId);
    if (!lines) return;
    for (const file of lines.sending.find(({ target }) => isMeant('sending', target.request))) file.end(code);
    lines.receiving.end(({ facts }) => isMeant('receiving', facts.request), code);
  }

  #of(farId: PeerId): Lines {
    const known = this.#lines.get(farId);
    if (known) return known;
    const lines: Lines = {
      sending: new SendingLine(farId, this.#doors),
      receiving: new ReceivingLine(farId, this.#doors),
    };
    this.#lines.set(farId, lines);
    return lines;
  }
}
