import { ConclaveError } from '../errors.js';

/** Where the bytes of a file go. */
export interface Sink {
  /** Resolves once the block is where it belongs. */
  write(block: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Resolves once all is there: with a `Blob`, where it went into none else. */
  close(): Promise<Blob | undefined>;
  /** Forgets what was written. */
  discard(reason: ConclaveError): void;
}

/**
 * Blocks as blobs, joined at the end: browsers keep them outside the heap of the page, and on disk where they are many.
 */
export function blobSink(type: string): Sink {
  let parts: Blob[] = [];
  return {
    async write(block) {
      parts.push(new Blob([block]));
    },
    async close() {
      return new Blob(parts.splice(0), { type });
    },
    discard() {
      parts = [];
    },
  };
}

/** A stream of the application. Throws `usage/invalid-argument` where somebody else writes to it. */
export function streamSink(to: WritableStream<Uint8Array>, failed: (cause: unknown) => void): Sink {
  if (to.locked) {
    throw new ConclaveError('usage/invalid-argument', { hint: 'The stream is locked to another writer.' });
  }
  const writer = to.getWriter();
  writer.closed.catch(failed); // also between two writes: nobody would hear of it
  return {
    async write(block) {
      await writer.ready;
      await writer.write(block);
    },
    async close() {
      await writer.close();
      return undefined;
    },
    discard(reason) {
      // What cannot be aborted has failed by itself.
      writer.abort(reason).catch(() => undefined);
    },
  };
}
