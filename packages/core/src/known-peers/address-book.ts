import { isPeerId, type PeerId } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { checkName } from '../names.js';
import { MAX_BOOK_LENGTH, MAX_CONTACTS } from './limits.js';

/** Somebody whom the local user knows by a name. */
export interface Contact {
  /** The name that the local user or the application gave; never one that a peer claims. */
  readonly name: string;
  /** The identity that goes by this name. */
  readonly peerId: PeerId;
  /** Whether the user has compared the verification code with this identity. */
  readonly verified: boolean;
}

/** What an identity is to a contact of this name. */
export type Acquaintance = 'unknown' | 'known' | 'changed';

/** What an imported address book has brought. */
export interface ImportReport {
  /** Contacts that are new. */
  readonly added: number;
  /** Contacts that were here already, under the same name with the same identity. */
  readonly same: number;
  /** Contacts left out, since their name or their identity is in use for something else here. */
  readonly conflicts: readonly Contact[];
}

/** Contacts, none of whose names and none of whose identities is there twice. Never changed: changes make new ones. */
export interface AddressBook {
  readonly contacts: readonly Contact[];
  readonly byName: ReadonlyMap<string, Contact>;
  readonly byId: ReadonlyMap<PeerId, Contact>;
}

/** The book that has these contacts, in this order. */
export function bookOf(contacts: Iterable<Contact>): AddressBook {
  const list = [...contacts];
  return {
    contacts: list,
    byName: new Map(list.map((contact) => [contact.name, contact])),
    byId: new Map(list.map((contact) => [contact.peerId, contact])),
  };
}

/** The one form of a name: whoever types it on another keyboard means the same contact (Unicode NFC). */
export const nameFrom = (text: string): string => text.normalize();

/** What an identity that has proven itself is to the contact of a name. */
export function acquaintance(
  book: AddressBook,
  name: string,
  farId: PeerId,
  persistent: boolean,
): Acquaintance {
  const pinned = book.byName.get(name);
  if (!pinned) return 'unknown';
  if (pinned.peerId === farId) return 'known';
  return persistent ? 'changed' : 'unknown';
}

/** Adds a contact; of one that is there already only `verified` changes. */
export function pin(
  book: AddressBook,
  { name, peerId, verified }: Pick<Contact, 'name' | 'peerId'> & { readonly verified: boolean | undefined },
): AddressBook {
  checkContactName(name);
  if (!isPeerId(peerId)) throw wrong('This is not a peer ID.');
  const pinned = book.byName.get(name);
  if (pinned && pinned.peerId !== peerId) {
    throw new ConclaveError('identity/changed', { hint: 'Ask the user, then accept() the new identity.' });
  }
  return withContact(book, { name, peerId, verified: verified ?? pinned?.verified ?? false });
}

/** Gives a contact another identity. It is not verified: the code was compared with the former one. */
export function accept(book: AddressBook, name: string, peerId: PeerId): AddressBook {
  if (!isPeerId(peerId)) throw wrong('This is not a peer ID.');
  const pinned = book.byName.get(name);
  if (!pinned) throw wrong('There is no contact of this name; pin() makes one.');
  return pinned.peerId === peerId ? book : withContact(book, { name, peerId, verified: false });
}

/** Takes a contact out. */
export function forget(book: AddressBook, name: string): AddressBook {
  return bookOf(book.contacts.filter((contact) => contact.name !== name));
}

/** Adds the contacts of another book. What is here stays as it is. */
export function merge(
  book: AddressBook,
  other: AddressBook,
): { readonly book: AddressBook; readonly report: ImportReport } {
  const added: Contact[] = [];
  const conflicts: Contact[] = [];
  let same = 0;
  for (const contact of other.contacts) {
    const [named, identified] = [book.byName.get(contact.name), book.byId.get(contact.peerId)];
    if (!named && !identified) added.push(contact);
    else if (named && named === identified) same += 1;
    else conflicts.push(contact);
  }
  const merged = bounded(bookOf([...book.contacts, ...added]));
  return { book: merged, report: { added: added.length, same, conflicts } };
}

/** The text of a book: JSON, as `readBook` reads it. */
export function writeBook(book: AddressBook): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, contacts: book.contacts });
}

/**
 * The book that a text of unknown origin stands for, all of it or nothing: throws `usage/invalid-argument` for whatever
 * `writeBook` would not have written.
 */
export function readBook(text: string): AddressBook {
  if (typeof text !== 'string' || text.length > MAX_BOOK_LENGTH) throw unreadable();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unreadable(cause);
  }
  const { format, version, contacts } = (parsed ?? {}) as Record<string, unknown>;
  if (format !== FORMAT || version !== VERSION || !Array.isArray(contacts)) throw unreadable();
  if (contacts.length > MAX_CONTACTS) throw unreadable();
  const book = bookOf(contacts.map(contactFrom));
  if (book.byName.size !== contacts.length || book.byId.size !== contacts.length) throw unreadable();
  return book;
}

const FORMAT = 'conclave/known-peers';
const VERSION = 1;

const checkContactName = (name: string) => checkName(name, 'The name of a contact');

function contactFrom(input: unknown): Contact {
  const { name, peerId, verified } = (input ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !isPeerId(peerId) || typeof verified !== 'boolean') throw unreadable();
  if (nameFrom(checkContactName(name)) !== name) throw unreadable();
  return { name, peerId, verified };
}

function withContact(book: AddressBook, contact: Contact): AddressBook {
  const namesake = book.byId.get(contact.peerId);
  if (namesake && namesake.name !== contact.name) {
    throw wrong(`This identity is pinned as "${namesake.name}"; forget() that first.`);
  }
  const byName = new Map(book.byName).set(contact.name, contact); // a contact that is there keeps its place
  return bounded(bookOf(byName.values()));
}

function bounded(book: AddressBook): AddressBook {
  if (book.contacts.length > MAX_CONTACTS)
    throw wrong(`An address book has ${MAX_CONTACTS} contacts at most.`);
  return book;
}

function wrong(hint: string): ConclaveError {
  return new ConclaveError('usage/invalid-argument', { hint });
}

function unreadable(cause?: unknown): ConclaveError {
  const hint = 'This is not an address book as export() writes it, or one of a later version.';
  return new ConclaveError('usage/invalid-argument', { hint, cause });
}
