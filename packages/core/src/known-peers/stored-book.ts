import { fromUtf8, utf8 } from '@conclave/protocol';

import type { StoragePort } from '../identity/storage-port.js';
import { cell, type Cell } from '../state/cell.js';
import type { Readable, Unsubscribe } from '../state/readable.js';
import { reportError } from '../state/report.js';
import { bookOf, readBook, writeBook, type AddressBook } from './address-book.js';

/** The address book of a storage, as it was last seen; every change is made to what is stored at that moment. */
export class StoredBook {
  readonly #storage: StoragePort;
  readonly #key: string;
  readonly #book: Cell<AddressBook> = cell(bookOf([]));
  /** The text that `book` was made of: what stays the same is not told as a change. */
  #text: string | undefined;
  /** Reads and changes in their order, so that nothing older is taken for the newest. */
  #turn: Promise<unknown> = Promise.resolve();
  #rereading = false;
  readonly #unwatch: Unsubscribe;

  private constructor(storage: StoragePort, key: string) {
    this.#storage = storage;
    this.#key = key;
    this.#unwatch = storage.watch(key, () => this.#reread());
  }

  /** Opens what is stored; rejects with `usage/invalid-argument` where that is no address book. */
  static async open(storage: StoragePort, key: string): Promise<StoredBook> {
    const stored = new StoredBook(storage, key); // watches first: nothing falls between
    try {
      await stored.#inTurn(async () => stored.#take(await storage.get(key)));
    } catch (error) {
      stored.close();
      throw error;
    }
    return stored;
  }

  get book(): Readable<AddressBook> {
    return this.#book.readable;
  }

  /** Changes it; resolves once that is stored and seen in `book`, rejects with what `make` throws. */
  change(make: (book: AddressBook) => AddressBook): Promise<void> {
    return this.#write((record) => utf8(writeBook(make(readBook(textIn(record))))));
  }

  /** Empties it. */
  clear(): Promise<void> {
    return this.#write(() => undefined);
  }

  /** Stops following what others change. */
  close(): void {
    this.#unwatch();
  }

  #write(next: (record: unknown) => unknown): Promise<void> {
    return this.#inTurn(async () => this.#take(await this.#storage.update(this.#key, next)));
  }

  #reread(): void {
    if (this.#rereading) return; // the one that waits sees this change too
    this.#rereading = true;
    this.#inTurn(async () => {
      this.#rereading = false;
      this.#take(await this.#storage.get(this.#key));
    }).catch(reportError);
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => undefined); // told to whoever asked for it
    return done;
  }

  #take(record: unknown): void {
    const text = textIn(record);
    if (text === this.#text) return;
    const book = readBook(text);
    this.#text = text;
    this.#book.set(book);
  }
}

/** The text of a record; whatever is no text is no address book either, and is refused as one. */
function textIn(record: unknown): string {
  if (record === undefined) return EMPTY;
  try {
    return fromUtf8(record as Uint8Array);
  } catch {
    return '';
  }
}

const EMPTY = writeBook(bookOf([]));
