import type { ErrorCode, PeerId, Value } from '@conclave/protocol';

import type { Readable } from '../state/readable.js';

/** How a file is doing between this end and one peer. `done` and `failed` are final. */
export type FileState =
  /** Nothing has moved: the receiver has not said whether it wants the file. */
  | { readonly phase: 'offered' }
  /** The receiver has this many bytes where they belong. */
  | { readonly phase: 'moving'; readonly bytes: number }
  /** The receiver has all of it, checked and closed. */
  | { readonly phase: 'done' }
  /** It has ended before; of what had arrived nothing is kept. */
  | { readonly phase: 'failed'; readonly code: ErrorCode };

/** How far a file has come to, or from, one peer. */
export interface FileProgress {
  /** The far end of this transfer. */
  readonly farId: PeerId;
  /** Bytes that the receiver has where they belong, checked; it never falls. */
  readonly bytes: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** How to send a file. */
export interface FileOptions {
  /** What the receiver is told as its name, up to 256 characters. Default: the name of a `File`, else none. */
  readonly name?: string;
  /** Anything else that the receiver is told before it decides, up to 1 KiB encoded. */
  readonly metadata?: Value;
  /** Called whenever a receiver has more of it: about every 256 KiB, and at its end. */
  readonly onProgress?: (progress: FileProgress) => void;
  /** Takes the file back from everybody who has not got all of it: `usage/aborted`. */
  readonly signal?: AbortSignal;
}

/** A file on its way to one or more peers, each at its own pace. */
export interface FileTransfer {
  /** What the receivers were told as its name. */
  readonly name: string;
  /** Its media type, as the `Blob` has it; empty where it has none. */
  readonly type: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** How it is doing with each peer. */
  readonly peers: Readable<ReadonlyMap<PeerId, FileState>>;
  /** Resolves once it is done or has failed with everybody; never rejects. */
  readonly finished: Promise<ReadonlyMap<PeerId, FileState>>;
  /** Takes the file back from everybody who has not got all of it: `file/cancelled`. Afterwards it does nothing. */
  cancel(): void;
}

/** How to take a file. */
export interface AcceptOptions {
  /** Where the bytes go, in order and checked; closed at the end, aborted where the transfer fails. Default: a `Blob`. */
  readonly to?: WritableStream<Uint8Array>;
  /** Called whenever more of it is where it belongs. */
  readonly onProgress?: (progress: FileProgress) => void;
  /** Ends the transfer: `usage/aborted` here, `file/refused` at the sender. */
  readonly signal?: AbortSignal;
}

/** A file that a publisher wants to send. Not one byte of it moves before {@link FileOffer.accept}. */
export interface FileOffer {
  /** The publisher. */
  readonly farId: PeerId;
  /** What the publisher says is its name: not checked, not fit for a path as it is. May be empty. */
  readonly name: string;
  /** What the publisher says is its media type: not checked. May be empty. */
  readonly type: string;
  /** Bytes of the whole file: more never arrive, and with fewer it is not done. */
  readonly size: number;
  /** What else the publisher says of it. */
  readonly metadata: Value | undefined;
  /** How it is doing. */
  readonly state: Readable<FileState>;
  /**
   * Takes the file: resolves once all of it is where it belongs, with a `Blob` where no `to` was given. Rejects with
   * the code that the state fails with, `file/cancelled`, `file/corrupt`, `file/unwritable` or why the stream ended
   * among them; a rejection that nobody looks at is none. Eight from one peer move at a time, others wait their turn.
   * Throws `usage/invalid-argument` for the second call, and where `to` is locked.
   *
   * @example
   * ```ts
   * stream.onFile(async (offer) => {
   *   if (offer.size > 100_000_000) return offer.refuse();
   *   const blob = await offer.accept({ onProgress: ({ bytes }) => console.log(bytes) });
   *   if (blob) console.log(URL.createObjectURL(blob));
   * });
   * ```
   */
  accept(options?: AcceptOptions): Promise<Blob | undefined>;
  /** Does not want it: `file/refused` at both ends. Afterwards, as {@link FileOffer.cancel}. */
  refuse(): void;
  /** Does not want it any more: `file/refused` at both ends, and nothing is kept. Does nothing once it has ended. */
  cancel(): void;
}
