import { useMemo } from 'react';

import type { ConnectionState } from '@conclave/core';

import { derived, NOTHING } from './derived.js';
import type { JoinState } from './join-state.js';
import { useSeat } from './room-context.js';
import { useReadable } from './use-readable.js';

const connectionOf = (state: JoinState) => (state.phase === 'joined' ? state.connection.state : NOTHING);

/**
 * How the connection of the joined room stands with its rendezvous; `undefined` while no room is joined. While it is
 * `reconnecting`, everybody in the room goes on, but nobody new can come.
 */
export function useConnectionState(): ConnectionState | undefined {
  const { state } = useSeat();
  const connection = useReadable(useMemo(() => derived(state, connectionOf), [state]));
  return useReadable<ConnectionState | undefined>(connection);
}
