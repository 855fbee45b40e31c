import type { PeerId } from '@conclave/protocol';

import type { Recognise } from '../connect-options.js';
import { ConclaveError } from '../errors.js';
import { indexedDbStorage } from '../identity/indexed-db.js';
import type { StoragePort } from '../identity/storage-port.js';
import { checkName } from '../names.js';
import type { Readable } from '../state/readable.js';
import {
  accept,
  acquaintance,
  forget,
  merge,
  nameFrom,
  pin,
  readBook,
  writeBook,
  type Acquaintance,
  type Contact,
  type ImportReport,
} from './address-book.js';
import { Questions, type IdentityChange } from './questions.js';
import { StoredBook } from './stored-book.js';

/** Which address book to open. */
export interface KnownPeersOptions {
  /** Where it is kept: IndexedDB by default, a storage of your own in Node. */
  readonly storage?: StoragePort;
  /** Which one, where a storage has several: one for each local user, say. 1 to 256 characters; default `main`. */
  readonly book?: string;
}

/** What is pinned with a contact. */
export interface PinOptions {
  /** What the far end said of itself, signed: only an identity that outlives its page can be pinned. */
  readonly persistent: boolean;
  /** Whether the user has compared the verification code. Left out: as before, or `false`. */
  readonly verified?: boolean;
}

/**
 * The local user's address book: which identity goes by which name, the name being one that the user or the application
 * gave. It notices when another identity comes in the place of a contact.
 *
 * What changes it resolves once the change is stored, and shows in the readables by then. Other tabs see it a moment
 * later. Names are compared in Unicode NFC. At most 10,000 contacts.
 */
export interface KnownPeers {
  /** All contacts, in the order in which they were pinned. */
  readonly contacts: Readable<readonly Contact[]>;
  /** Questions to put to the user: another identity came for a contact. At most 64, the newest; for this page only. */
  readonly changes: Readable<readonly IdentityChange[]>;
  /** The contact of a name. */
  find(name: string): Contact | undefined;
  /** The name of the contact that an identity is pinned as. */
  nameOf(farId: PeerId): string | undefined;
  /**
   * What an identity is to the contact of a name: `known`; `changed`, where a persistent one other than the pinned one
   * came; `unknown`, where nobody of that name is pinned or the identity is ephemeral, which proves nothing either way.
   */
  check(name: string, farId: PeerId, persistent: boolean): Acquaintance;
  /**
   * Pins an identity under a name. Rejects with `identity/changed` where another one is pinned under it; with
   * `usage/invalid-argument` for an ephemeral identity, one that has another name, a bad name, or one contact too many.
   */
  pin(name: string, farId: PeerId, options: PinOptions): Promise<void>;
  /**
   * Pins another identity for a contact, because the user said so; it is not verified. Links to it come about from the
   * next attempt on. Rejects with `usage/invalid-argument` where there is no such contact or the identity has another name.
   */
  accept(name: string, farId: PeerId): Promise<void>;
  /** Takes a question out of `changes`; it is not asked again on this page. The identity stays blocked. */
  reject(name: string, farId: PeerId): void;
  /** Takes a contact out: whoever comes next by this name is unknown. */
  forget(name: string): Promise<void>;
  /** The address book as text (JSON), to be kept by the user. It has no secrets in it, but says whom the user knows. */
  export(): string;
  /**
   * Adds the contacts of an exported address book, all of them or none. What is pinned here stays: conflicts are
   * reported, not resolved. Who wrote the text says whom to trust, so import only what the user exported. Rejects with
   * `usage/invalid-argument` for any other text.
   */
  import(text: string): Promise<ImportReport>;
  /** Forgets everybody. */
  clear(): Promise<void>;
  /**
   * Makes the function for `ConnectOptions.recognise`. `expected` says which contact a peer is to be: the name by which
   * the application looked that ID up, say; `undefined` for strangers, who are never blocked. A persistent identity
   * other than the pinned one gets `identity/changed`, and a question appears in `changes`.
   */
  recognise(expected: (farId: PeerId) => string | undefined): Recognise;
  /** Stops following other tabs. What is known stays readable. */
  close(): void;
}

/** Opens address books. */
export const KnownPeers = {
  /**
   * Opens an address book, which is empty at first. Rejects with `usage/invalid-argument` where what is stored cannot be
   * read (it is never replaced silently; {@link KnownPeers.erase} does), and as the storage does.
   *
   * @example
   * ```ts
   * const known = await KnownPeers.open();
   * const recognise = known.recognise((farId) => dialled.get(farId));
   * const connection = await connect('ws://localhost:8787', { key: 'demo', recognise });
   * ```
   */
  async open(options: KnownPeersOptions = {}): Promise<KnownPeers> {
    return faceOf(await StoredBook.open(...placeOf(options)));
  },

  /** Deletes an address book without reading it. */
  async erase(options: KnownPeersOptions = {}): Promise<void> {
    const [storage, key] = placeOf(options);
    await storage.update(key, () => undefined);
  },
};

function placeOf({ storage, book = 'main' }: KnownPeersOptions): [storage: StoragePort, key: string] {
  const key = `known-peers/${checkName(book, 'The name of an address book')}`;
  return [storage ?? indexedDbStorage(), key];
}

function faceOf(stored: StoredBook): KnownPeers {
  const { book } = stored;
  const questions = new Questions();
  book.subscribe(() => questions.settle(book.get()));
  const check = (name: string, farId: PeerId, persistent: boolean) =>
    acquaintance(book.get(), nameFrom(name), farId, persistent);

  return {
    contacts: { get: () => book.get().contacts, subscribe: (listener) => book.subscribe(listener) },
    changes: questions.open,
    find: (name) => book.get().byName.get(nameFrom(name)),
    nameOf: (farId) => book.get().byId.get(farId)?.name,
    check,
    async pin(name, farId, { persistent, verified }) {
      if (!persistent) {
        throw new ConclaveError('usage/invalid-argument', {
          hint: 'An ephemeral identity will never come again: only persistent ones can be pinned.',
        });
      }
      const contact = { name: nameFrom(name), peerId: farId, verified };
      await stored.change((now) => pin(now, contact));
    },
    async accept(name, farId) {
      await stored.change((now) => accept(now, nameFrom(name), farId));
      questions.allow(nameFrom(name), farId);
    },
    reject: (name, farId) => questions.reject(nameFrom(name), farId),
    forget: (name) => stored.change((now) => forget(now, nameFrom(name))),
    export: () => writeBook(book.get()),
    async import(text) {
      const other = readBook(text);
      let report!: ImportReport;
      await stored.change((now) => {
        const merged = merge(now, other);
        report = merged.report;
        return merged.book;
      });
      return report;
    },
    clear: () => stored.clear(),
    recognise: (expected) => (farId, persistent) => {
      const name = expected(farId);
      if (name === undefined || check(name, farId, persistent) !== 'changed') return undefined;
      const pinned = book.get().byName.get(nameFrom(name));
      if (pinned) questions.ask({ name: pinned.name, pinnedId: pinned.peerId, farId });
      return 'identity/changed';
    },
    close: () => stored.close(),
  };
}
