import { useMemo } from 'react';

import type { PeerId } from '@conclave/core';
import type { Contact } from '@conclave/core/known-peers';
import { useReadable } from '@conclave/react-bindings';

import { foldName } from '../profile';
import { useContacts } from './book';
import { farIdentities } from './far-identities';

/** Who somebody is to the user. */
export type Acquaintance =
  /** Nobody of this name is remembered. */
  | { readonly kind: 'stranger' }
  /** The very identity that the user remembered. */
  | { readonly kind: 'remembered'; readonly contact: Contact }
  /** It calls itself as somebody whom the user remembered, and has another identity that lasts: it is somebody else. */
  | { readonly kind: 'other'; readonly contact: Contact }
  /** It calls itself so, and does not let itself be recognised: who it is cannot be told. */
  | { readonly kind: 'unproven'; readonly contact: Contact };

const STRANGER: Acquaintance = { kind: 'stranger' };

/** Who somebody is, of whom one knows the proven ID and what he calls himself. */
export function useAcquaintance(id: PeerId, calledBy: string | undefined): Acquaintance {
  const contacts = useContacts();
  const persistent = useReadable(farIdentities).get(id) ?? false;
  return useMemo(
    () => acquaintanceOf(contacts, id, calledBy, persistent),
    [contacts, id, calledBy, persistent],
  );
}

function acquaintanceOf(
  contacts: readonly Contact[],
  id: PeerId,
  calledBy: string | undefined,
  persistent: boolean,
): Acquaintance {
  const remembered = contacts.find(({ peerId }) => peerId === id);
  if (remembered) return { kind: 'remembered', contact: remembered };
  const contact = calledBy && contacts.find(({ name }) => foldName(name) === foldName(calledBy));
  return contact ? { kind: persistent ? 'other' : 'unproven', contact } : STRANGER;
}

/** What is wrong with the name that somebody goes by, in words; nothing where nothing is. */
export function warningAbout(acquaintance: Acquaintance): string | undefined {
  switch (acquaintance.kind) {
    case 'other':
      return `Calls itself ${acquaintance.contact.name}, but is not the ${acquaintance.contact.name} that you remembered`;
    case 'unproven':
      return `Calls itself ${acquaintance.contact.name}. Not recognised as the one that you remembered`;
    case 'stranger':
    case 'remembered':
      return undefined;
  }
}
