import { encodeDataFrame, type ControlFrame, type ErrorCode } from '@conclave/protocol';

import { BLOCK_BYTES } from '../logic/file-blocks.js';
import {
  nextPart,
  startSending,
  stepSending,
  type FilePart,
  type FileSending,
  type SendingEvent,
} from '../logic/file-sending.js';
import { clockUs } from '../path/clock.js';
import { BlockReader } from './block-reader.js';
import type { FileTarget } from './file-ports.js';
import type { FileState } from './file-types.js';
import type { OutgoingFile } from './outgoing-file.js';

/** What the sending of a file needs of the line to its peer. */
interface SendingDoors {
  /** Says something to the receiver, where there is a link. */
  say(frame: ControlFrame): void;
  /** There may be more to send. */
  ready(): void;
  /** It has ended: so it stands for a link that comes later. */
  ended(state: FileSending): void;
}

/** A file on its way to one peer. */
export class SendingFile {
  readonly transfer: number;
  readonly target: FileTarget;
  readonly outgoing: OutgoingFile;
  readonly #doors: SendingDoors;
  readonly #reader: BlockReader;
  #state: FileSending;

  constructor(transfer: number, target: FileTarget, outgoing: OutgoingFile, doors: SendingDoors) {
    this.transfer = transfer;
    this.target = target;
    this.outgoing = outgoing;
    this.#doors = doors;
    this.#state = startSending(outgoing.file.size);
    this.#reader = new BlockReader(
      outgoing.file,
      () => doors.ready(),
      () => this.end('file/unreadable', 'file/unreadable'),
    );
  }

  get phase(): FileSending['phase'] {
    return this.#state.phase;
  }

  /** Ends it here; the receiver is told `tell`, where it is still to be told. */
  end(code: ErrorCode, tell?: ErrorCode): void {
    this.step({ type: 'end', code, tell });
  }

  /** Takes what has happened. */
  step(event: SendingEvent): void {
    const before = this.#state;
    const [state, effects] = stepSending(before, event);
    this.#state = state;
    for (const effect of effects)
      this.#doors.say(
        effect.do === 'offer' ? this.#offer() : { t: 'withdraw', transfer: this.transfer, code: effect.code },
      );
    if (state.phase === before.phase && event.type === 'sent') return;
    if (state.phase !== before.phase && (state.phase === 'done' || state.phase === 'failed')) {
      this.#reader.clear();
      this.#doors.ended(state);
    }
    this.outgoing.set(this.target.farId, faceOf(state));
  }

  /** What may be sent next, as a frame, where it has been read. */
  next(frameBytes: number): readonly [FilePart, Uint8Array<ArrayBuffer>] | undefined {
    const part = nextPart(this.#state, frameBytes);
    if (!part) return undefined;
    const { type, offset } = part;
    const start = Math.floor((type === 'seal' ? offset - 1 : offset) / BLOCK_BYTES) * BLOCK_BYTES;
    const block = this.#reader.at(start);
    if (!block) return undefined;
    const at = { transfer: this.transfer, offset };
    if (type === 'seal') return [part, encodeDataFrame({ type, ...at, payload: block.digest })];
    const payload = block.bytes.subarray(offset - start, offset - start + part.bytes);
    return [part, encodeDataFrame({ type, ...at, sentAtUs: clockUs(), payload })];
  }

  #offer(): ControlFrame {
    const { face, metadata } = this.outgoing;
    const { name, type, size } = face;
    const { request } = this.target;
    return { t: 'file', transfer: this.transfer, request, size, name, type, ...(metadata && { metadata }) };
  }
}

function faceOf(state: FileSending): FileState {
  switch (state.phase) {
    case 'offered':
    case 'done':
      return { phase: state.phase };
    case 'paused':
    case 'moving':
      return { phase: 'moving', bytes: state.got };
    case 'failed':
      return { phase: 'failed', code: state.code };
  }
}
