import { sha256 } from '@conclave/protocol';

import { subtle } from '../identity/signer.js';
import { blockEnd } from '../logic/file-blocks.js';

/** A block of a file and its SHA-256. */
interface Block {
  readonly start: number;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
}

/** Reads a file block by block, one ahead: two blocks are in memory at most, however large the file. */
export class BlockReader {
  readonly #file: Blob;
  readonly #ready: () => void;
  readonly #failed: (error: unknown) => void;
  /** By their starts; `undefined` while being read. */
  readonly #blocks = new Map<number, Block | undefined>();

  /** `ready`: another block is there. `failed`: the file cannot be read, or is not what it was. */
  constructor(file: Blob, ready: () => void, failed: (error: unknown) => void) {
    this.#file = file;
    this.#ready = ready;
    this.#failed = failed;
  }

  /** The block that begins at an offset, or `undefined` until it is there. Other blocks than it and the next are forgotten. */
  at(start: number): Block | undefined {
    const { size } = this.#file;
    const next = blockEnd(start, size);
    for (const known of this.#blocks.keys())
      if (known !== start && known !== next) this.#blocks.delete(known);
    for (const wanted of [start, next])
      if (wanted < size && !this.#blocks.has(wanted)) {
        this.#blocks.set(wanted, undefined);
        void this.#read(wanted);
      }
    return this.#blocks.get(start);
  }

  /** Forgets everything. */
  clear(): void {
    this.#blocks.clear();
  }

  async #read(start: number): Promise<void> {
    try {
      const end = blockEnd(start, this.#file.size);
      const bytes = new Uint8Array(await this.#file.slice(start, end).arrayBuffer());
      if (bytes.byteLength !== end - start) throw new RangeError('the file is shorter than it was');
      const block = { start, bytes, digest: await sha256(subtle(), bytes) };
      if (!this.#blocks.has(start)) return; // not wanted any more
      this.#blocks.set(start, block);
      this.#ready();
    } catch (error) {
      this.#failed(error);
    }
  }
}
