import { cell } from '@conclave/core';
import type { Contact, KnownPeers } from '@conclave/core/known-peers';
import { useReadable } from '@conclave/react-bindings';

const book = cell<KnownPeers | undefined>(undefined);
const noContacts = cell<readonly Contact[]>([]).readable;
let isOpened = false;

/** Opens the address book of this browser, once. Where the browser keeps nothing there is none, and nobody is remembered. */
export function openBook(): void {
  if (isOpened) return;
  isOpened = true;
  import('@conclave/core/known-peers')
    .then(({ KnownPeers }) => KnownPeers.open())
    .then(
      (opened) => book.set(opened),
      () => (isOpened = false),
    );
}

/** The address book, once it is open. */
export function useBook(): KnownPeers | undefined {
  return useReadable(book.readable);
}

/** Everybody whom the user remembers. */
export function useContacts(): readonly Contact[] {
  return useReadable(useBook()?.contacts ?? noContacts);
}
