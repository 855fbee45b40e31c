import { createContext, useContext, useReducer } from 'react';

import type { PeerId } from '@conclave/core';

/** The names of everybody who was seen in this room: messages stay when their sender has gone. */
export interface Names {
  readonly known: ReadonlyMap<PeerId, string>;
  readonly learn: (of: { readonly id: PeerId; readonly name: string }) => void;
}

/** The names in this room. */
export const NamesContext = createContext<Names>({ known: new Map(), learn: () => undefined });

/** Keeps the names of a room. */
export function useNewNames(): Names {
  const [known, learn] = useReducer(
    (names: ReadonlyMap<PeerId, string>, { id, name }: { readonly id: PeerId; readonly name: string }) =>
      names.get(id) === name ? names : new Map(names).set(id, name),
    new Map<PeerId, string>(),
  );
  return { known, learn };
}

/** The name of somebody who is or was here. */
export function useNameOf(id: PeerId): string {
  return useContext(NamesContext).known.get(id) ?? 'Somebody';
}
