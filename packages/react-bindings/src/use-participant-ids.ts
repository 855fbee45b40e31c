import { useMemo } from 'react';

import type { PeerId } from '@conclave/core';
import type { Participant } from '@conclave/mesh';

import { derived, EMPTY_LIST, sameList } from './derived.js';
import { useReadable } from './use-readable.js';
import { useRoom } from './use-room.js';

const idsOf = (participants: readonly Participant[]) => participants.map(({ id }) => id);

/**
 * Who else is in the room, in the order of their coming; empty while no room is joined. The same array until somebody
 * comes or goes: what a participant does renders only who reads it, with {@link useParticipant}.
 */
export function useParticipantIds(): readonly PeerId[] {
  const participants = useRoom()?.participants ?? EMPTY_LIST;
  return useReadable(useMemo(() => derived(participants, idsOf, sameList), [participants]));
}
