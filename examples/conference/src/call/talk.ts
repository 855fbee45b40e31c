import { createContext, useContext } from 'react';

import { ConclaveError } from '@conclave/core';
import type { Messages } from '@conclave/react-bindings';

import type { Entry } from './entries';

/** What is said and offered in the room. Changes with every step of a file: only what shows it reads it. */
export interface Talk {
  readonly entries: readonly Entry[];
  /** How many messages and offers of others came since the chat was last looked at. */
  readonly unread: number;
  readonly send: Messages['send'];
  /** Offers files to everybody; what hinders that is the problem. */
  readonly offer: (files: readonly File[]) => void;
  /** Why nothing was sent just now; empty where all is well. */
  readonly problem: string;
  readonly setProblem: (problem: string) => void;
}

/** The talk of the room that one is in. */
export const TalkContext = createContext<Talk>({
  entries: [],
  unread: 0,
  send() {
    throw new ConclaveError('usage/closed');
  },
  offer: () => undefined,
  problem: '',
  setProblem: () => undefined,
});

/** The talk of the room that one is in. */
export function useTalk(): Talk {
  return useContext(TalkContext);
}
