import {
  equalBytes,
  sha256,
  type ControlFrame,
  type ErrorCode,
  type PeerId,
  type Value,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { subtle } from '../identity/signer.js';
import type { LinkPort } from '../link/link-port.js';
import { blockEnd } from '../logic/file-blocks.js';
import {
  stepReceiving,
  type FileReceiving,
  type ReceivingEffect,
  type ReceivingEvent,
} from '../logic/file-receiving.js';
import { cell } from '../state/cell.js';
import { deferred } from '../state/deferred.js';
import type { AcceptOptions, FileOffer, FileState } from './file-types.js';
import { progressOf } from './progress.js';
import { blobSink, streamSink, type Sink } from './sinks.js';

/** What a publisher says of a file. */
export interface FileFacts {
  readonly farId: PeerId;
  readonly transfer: number;
  readonly request: number;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly metadata: Value | undefined;
}

/** What the receiving of a file needs of the line to its peer. */
interface ReceivingDoors {
  /** Says something to the sender over a link. */
  say(link: LinkPort, frame: ControlFrame): void;
  /** It is wanted, and moves once it is its turn. */
  accepted(): void;
  /** It has ended: so it stands for a link that comes later. */
  ended(state: FileReceiving): void;
}

/** A file on its way from one peer. */
export class ReceivingFile {
  readonly facts: FileFacts;
  readonly offer: FileOffer;
  readonly #doors: ReceivingDoors;
  readonly #face = cell<FileState>({ phase: 'offered' });
  readonly #finished = deferred<Blob | undefined>();
  #link: LinkPort;
  #state: FileReceiving;
  #sink: Sink | undefined;
  #progress: (state: FileState) => void = () => undefined;
  #stopListening: () => void = () => undefined;
  /** The block that is not whole yet, as far as it has come. */
  #block: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  /** Blocks are checked and written one after the other. */
  #writing: Promise<void> = Promise.resolve();
  #cause: unknown;

  constructor(link: LinkPort, facts: FileFacts, doors: ReceivingDoors) {
    this.facts = facts;
    this.#doors = doors;
    this.#link = link;
    this.#state = { phase: 'offered', size: facts.size };
    this.#finished.promise.catch(() => undefined); // it shows in the state too
    const { farId, name, type, size, metadata } = facts;
    const refuse = () => this.end('file/refused', 'file/refused');
    this.offer = {
      ...{ farId, name, type, size, metadata },
      state: this.#face.readable,
      accept: (options) => this.#accept(options),
      refuse,
      cancel: refuse,
    };
  }

  get phase(): FileReceiving['phase'] {
    return this.#state.phase;
  }

  /** The link that it comes by: what comes by another one is of a former life of this transfer. */
  get link(): LinkPort {
    return this.#link;
  }

  /** It is said again, over a new link. */
  sayAgain(link: LinkPort): void {
    this.#link = link;
    this.step({ type: 'file' });
  }

  /** Takes a part of the file. */
  bulk(offset: number, payload: Uint8Array): void {
    this.step({ type: 'bulk', offset, bytes: payload.byteLength }, payload);
  }

  /** Takes the seal of a block. */
  seal(offset: number, digest: Uint8Array): void {
    this.step({ type: 'seal', offset }, digest);
  }

  /** Ends it here; the sender is told `tell`, where it is still to be told. */
  end(code: ErrorCode, tell?: ErrorCode): void {
    this.step({ type: 'end', code, tell });
  }

  /** Takes what has happened. */
  step(event: ReceivingEvent, payload?: Uint8Array): void {
    const before = this.#state;
    const [state, effects] = stepReceiving(before, event);
    this.#state = state;
    for (const effect of effects) this.#do(effect, payload);
    if (event.type === 'bulk' && state.phase === 'moving') return;
    const isOver = state.phase === 'done' || state.phase === 'failed';
    const hasEnded = isOver && before.phase !== state.phase;
    if (hasEnded) {
      this.#stopListening();
      this.#doors.ended(state);
    }
    this.#show(state);
    if (hasEnded && state.phase === 'failed')
      this.#finished.reject(new ConclaveError(state.code, { cause: this.#cause }));
  }

  #show(state: FileReceiving): void {
    const shown = faceOf(state, this.#face.get());
    if (shown === this.#face.get()) return;
    this.#face.set(shown);
    this.#progress(shown);
  }

  #accept({ to, onProgress, signal }: AcceptOptions = {}): Promise<Blob | undefined> {
    if (this.#sink) throw new ConclaveError('usage/invalid-argument', { hint: 'A file is accepted once.' });
    const { farId, type, size } = this.facts;
    this.#sink = to ? streamSink(to, (cause) => this.#unwritable(cause)) : blobSink(type);
    this.#progress = progressOf(farId, size, onProgress);
    const abort = () => {
      this.#cause = signal?.reason;
      this.end('usage/aborted', 'file/refused');
    };
    if (this.#state.phase === 'failed') this.#sink.discard(new ConclaveError(this.#state.code));
    else if (signal?.aborted) abort();
    else {
      signal?.addEventListener('abort', abort);
      this.#stopListening = () => signal?.removeEventListener('abort', abort);
      this.step({ type: 'accept' });
      this.#doors.accepted();
    }
    return this.#finished.promise;
  }

  #do(effect: ReceivingEffect, payload: Uint8Array = new Uint8Array()): void {
    const { transfer } = this.facts;
    switch (effect.do) {
      case 'take':
        return this.#doors.say(this.#link, { t: 'take', transfer, from: effect.from });
      case 'got':
        return this.#doors.say(this.#link, { t: 'got', transfer, bytes: effect.bytes });
      case 'kept':
        return this.#doors.say(this.#link, { t: 'kept', transfer });
      case 'decline':
        return this.#doors.say(this.#link, { t: 'decline', transfer, code: effect.code });
      case 'gather':
        return this.#gather(payload);
      case 'check':
        return this.#check(effect.end, payload.slice());
      case 'drop':
        return this.#drop();
      case 'close':
        return void this.#close();
      case 'discard':
        this.#drop();
        this.#sink?.discard(
          new ConclaveError(this.#state.phase === 'failed' ? this.#state.code : 'file/refused'),
        );
    }
  }

  #gather(payload: Uint8Array): void {
    if (!this.#block) {
      const { received, size } = this.#state as Extract<FileReceiving, { phase: 'moving' }>;
      const start = received - payload.byteLength;
      this.#block = new Uint8Array(blockEnd(start, size) - start);
    }
    this.#block.set(payload, this.#filled);
    this.#filled += payload.byteLength;
  }

  #drop(): void {
    this.#block = undefined;
    this.#filled = 0;
  }

  #check(end: number, seal: Uint8Array): void {
    const block = this.#block;
    this.#drop();
    if (!block) return;
    const digest = sha256(subtle(), block);
    this.#writing = this.#writing.then(async () => {
      try {
        const isWhole = equalBytes(await digest, seal);
        if (this.#state.phase !== 'moving') return;
        if (!isWhole) return this.end('file/corrupt', 'file/corrupt');
        await this.#sink?.write(block);
        this.step({ type: 'written', bytes: end });
      } catch (cause) {
        this.#unwritable(cause);
      }
    });
  }

  async #close(): Promise<void> {
    try {
      const blob = await this.#sink?.close();
      this.step({ type: 'closed' });
      this.#finished.resolve(blob);
    } catch (cause) {
      this.#unwritable(cause);
    }
  }

  #unwritable(cause: unknown): void {
    this.#cause ??= cause;
    this.step({ type: 'unwritable' });
  }
}

/** The state as the application sees it; the one before where nothing has changed. */
function faceOf(state: FileReceiving, before: FileState): FileState {
  switch (state.phase) {
    case 'offered':
      return before;
    case 'waiting':
    case 'moving':
    case 'closing': {
      const bytes = state.phase === 'waiting' ? 0 : state.phase === 'moving' ? state.written : state.size;
      return before.phase === 'moving' && before.bytes === bytes ? before : { phase: 'moving', bytes };
    }
    case 'done':
      return before.phase === 'done' ? before : { phase: 'done' };
    case 'failed':
      return before.phase === 'failed' ? before : { phase: 'failed', code: state.code };
  }
}
