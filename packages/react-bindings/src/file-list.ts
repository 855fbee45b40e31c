import { cell, type FileState, type Readable } from '@conclave/core';

import { MAX_ENDED_FILES, PROGRESS_INTERVAL_MS } from './limits.js';

/** What every listed file has. */
export interface ListedFile {
  /** Unique in its list. */
  readonly id: number;
  /** How it is doing. */
  readonly state: 'offered' | 'moving' | 'done' | 'failed' | 'partly';
}

/** Bytes that are where they belong, of a file of this size. */
export function bytesOf(state: FileState, size: number): number {
  if (state.phase === 'moving') return state.bytes;
  return state.phase === 'done' ? size : 0;
}

const hasEnded = ({ state }: ListedFile) => state !== 'offered' && state !== 'moving';

/** The files of a room that are under way, and the latest that have ended; in the order of their coming. */
export class FileList<File extends ListedFile> {
  readonly #files = cell<readonly File[]>([]);
  #nextId = 0;

  /** The files: another list only when one of them comes, goes or changes, ten times a second for the progress of each. */
  get files(): Readable<readonly File[]> {
    return this.#files.readable;
  }

  /** Lists a file and follows it until it has ended. */
  add(make: (id: number) => Readable<File>): File {
    const source = make(this.#nextId++);
    const file = source.get();
    this.#set([...this.#files.get(), file]);
    if (!hasEnded(file)) this.#follow(source, file);
    return file;
  }

  /** Takes a file off the list. */
  remove(id: number): void {
    const files = this.#files.get();
    const others = files.filter((file) => file.id !== id);
    if (others.length < files.length) this.#set(others);
  }

  #follow(source: Readable<File>, { id, state }: ListedFile): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      clearTimeout(timer);
      timer = undefined;
      const next = source.get();
      state = next.state;
      const files = this.#files.get();
      const isListed = files.some((file) => file.id === id);
      if (isListed) this.#set(files.map((file) => (file.id === id ? next : file)));
      if (!isListed || hasEnded(next)) stop();
    };
    const stop = source.subscribe(() => {
      if (source.get().state !== state) show();
      else timer ??= setTimeout(show, PROGRESS_INTERVAL_MS);
    });
  }

  #set(files: readonly File[]): void {
    // What failed goes first: who offers files and takes them back must not push out what others have sent.
    let surplus = files.filter(hasEnded).length - MAX_ENDED_FILES;
    const kept = files.filter((file) => file.state !== 'failed' || surplus-- <= 0);
    this.#files.set(kept.filter((file) => !hasEnded(file) || surplus-- <= 0));
  }
}
