import {
  encodeValue,
  MAX_FILE_METADATA_BYTES,
  MAX_NAME_LENGTH,
  type ErrorCode,
  type PeerId,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { cell } from '../state/cell.js';
import { deferred } from '../state/deferred.js';
import type { FileOptions, FileState, FileTransfer } from './file-types.js';
import { progressOf } from './progress.js';

const isFinal = (state: FileState | undefined) => state?.phase === 'done' || state?.phase === 'failed';
const isSame = (a: FileState, b: FileState) =>
  a.phase === b.phase && (a.phase !== 'moving' || b.phase !== 'moving' || a.bytes === b.bytes);

/** A file that is sent, as the application sees it. */
export class OutgoingFile {
  readonly face: FileTransfer;
  readonly file: Blob;
  /** The metadata, encoded. */
  readonly metadata: Uint8Array | undefined;
  readonly #peers = cell<ReadonlyMap<PeerId, FileState>>(new Map());
  readonly #finished = deferred<ReadonlyMap<PeerId, FileState>>();
  readonly #tellers: ReadonlyMap<PeerId, (state: FileState) => void>;
  readonly #stop: () => void;

  /** `withdrawn`: nobody is to have it any more. */
  constructor(
    farIds: readonly PeerId[],
    file: Blob,
    options: FileOptions,
    withdrawn: (file: OutgoingFile) => void,
  ) {
    const { onProgress, signal } = options;
    this.file = file;
    this.metadata = encodeMetadata(options);
    this.#tellers = new Map(farIds.map((farId) => [farId, progressOf(farId, file.size, onProgress)]));
    this.#peers.set(new Map(farIds.map((farId) => [farId, { phase: 'offered' }])));
    const end = (code: ErrorCode) => {
      if (this.#isOver()) return;
      for (const farId of farIds) this.set(farId, { phase: 'failed', code });
      withdrawn(this);
    };
    const abort = () => end('usage/aborted');
    this.#stop = () => signal?.removeEventListener('abort', abort);
    this.face = {
      name: nameOf(file, options),
      // A type that is longer than any that exists would be refused by the far end.
      type: file.type.length > MAX_NAME_LENGTH ? '' : file.type,
      size: file.size,
      peers: this.#peers.readable,
      finished: this.#finished.promise,
      cancel: () => end('file/cancelled'),
    };
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    this.#settle();
  }

  /** Whether it has not ended with a peer. */
  isUnderWay(farId: PeerId): boolean {
    return this.#peers.get().has(farId) && !isFinal(this.#peers.get().get(farId));
  }

  /** How it is doing with a peer from now on; an end is the end. */
  set(farId: PeerId, state: FileState): void {
    const before = this.#peers.get().get(farId);
    if (!this.isUnderWay(farId) || (before && isSame(before, state))) return;
    this.#peers.set(new Map(this.#peers.get()).set(farId, state));
    this.#tellers.get(farId)?.(state);
    this.#settle();
  }

  #isOver(): boolean {
    return [...this.#peers.get().values()].every(isFinal);
  }

  #settle(): void {
    if (!this.#isOver()) return;
    this.#stop();
    this.#finished.resolve(this.#peers.get());
  }
}

function nameOf(
  file: Blob & { readonly name?: unknown },
  { name = file.name ?? '' }: { name?: unknown },
): string {
  if (typeof name === 'string' && name.length <= MAX_NAME_LENGTH) return name;
  throw new ConclaveError('usage/invalid-argument', {
    hint: `The name of a file has up to ${MAX_NAME_LENGTH} characters.`,
  });
}

function encodeMetadata({ metadata }: FileOptions): Uint8Array | undefined {
  if (metadata === undefined) return undefined;
  const encoded = encodeValue(metadata, MAX_FILE_METADATA_BYTES);
  if (encoded.ok) return encoded.value;
  const hint =
    encoded.code === 'data/too-large' ? `Metadata has up to ${MAX_FILE_METADATA_BYTES} bytes.` : undefined;
  throw new ConclaveError(encoded.code, { hint });
}
