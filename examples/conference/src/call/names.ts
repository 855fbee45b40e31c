import { createContext, useContext, useReducer } from 'react';

import type { PeerId } from '@conclave/core';

import { useContacts } from '../known/book';
import { foldName } from '../profile';

/** Enough of a peer ID to tell apart two people of one name in one room. */
const SHORT_ID_LENGTH = 6;

/** What people in this room call themselves. Names are claims: nobody has checked them. */
export interface Names {
  /** Everybody who was seen here: messages stay when their sender has gone. */
  readonly known: ReadonlyMap<PeerId, string>;
  /** Those who are here now, oneself among them. */
  readonly present: readonly PeerId[];
  readonly learn: (of: { readonly id: PeerId; readonly name: string }) => void;
}

/** The names in this room. */
export const NamesContext = createContext<Names>({ known: new Map(), present: [], learn: () => undefined });

/** Keeps the names of a room. */
export function useNewNames(): Pick<Names, 'known' | 'learn'> {
  const [known, learn] = useReducer(
    (names: ReadonlyMap<PeerId, string>, { id, name }: { readonly id: PeerId; readonly name: string }) =>
      names.get(id) === name ? names : new Map(names).set(id, name),
    new Map<PeerId, string>(),
  );
  return { known, learn };
}

/** The first signs of a peer ID. */
export function shortId(id: PeerId): string {
  return id.slice(0, SHORT_ID_LENGTH);
}

/** How somebody is called here. */
export interface NameHere {
  /** The name that the user has given to him, else what he calls himself. */
  readonly name: string;
  /** The name, with a part of the peer ID where it alone could mean somebody else. */
  readonly label: string;
}

/**
 * The name of somebody who is or was here. Where another one here goes by it, or the user remembers another one by it,
 * the label tells them apart; whom the user remembers has his name for himself.
 */
export function useNameHere(id: PeerId): NameHere {
  return nameHere(id, useContext(NamesContext), useContacts());
}

function nameHere(id: PeerId, { known, present }: Names, contacts: ReturnType<typeof useContacts>): NameHere {
  const isSame = (a: string, b: string | undefined) => b !== undefined && foldName(a) === foldName(b);
  const given = contacts.find(({ peerId }) => peerId === id)?.name;
  const name = given ?? known.get(id) ?? 'Somebody';
  const hasNamesake =
    given === undefined &&
    (present.some((other) => other !== id && isSame(name, known.get(other))) ||
      contacts.some((contact) => isSame(name, contact.name)));
  return { name, label: hasNamesake ? `${name} · ${shortId(id)}` : name };
}

/** The label of somebody who is or was here. */
export function useNameOf(id: PeerId): string {
  return useNameHere(id).label;
}

const list = new Intl.ListFormat('en-GB');

/** Makes “alice, bob and charlie” for a sentence; each name by itself, so that none of them turns the sentence round. */
export function useNameList(): (ids: readonly PeerId[]) => string {
  const names = useContext(NamesContext);
  const contacts = useContacts();
  return (ids) => list.format(ids.map((id) => `\u2068${nameHere(id, names, contacts).label}\u2069`));
}
