import { useMemo } from 'react';

import type { IncomingStream, Link, PeerId, Readable, Value } from '@conclave/core';
import type { Participant, ParticipantState } from '@conclave/mesh';

import { combined, derived, EMPTY_LIST, NOTHING } from './derived.js';
import { useReadable } from './use-readable.js';
import { useRoom } from './use-room.js';

/** A participant as it is now: the same object until something about this participant changes. */
export interface ParticipantSnapshot {
  /** Who it is: proven on the link. */
  readonly id: PeerId;
  /** How this end stands with it. */
  readonly state: ParticipantState;
  /** What it says of itself; nobody has checked it, so check its form before use. */
  readonly metadata: Value | undefined;
  /** Its streams that this end plays, by name. */
  readonly streams: ReadonlyMap<string, IncomingStream>;
  /** The proven link to it. */
  readonly link: Link | undefined;
  /** The participant itself: to send to it alone, or to read one of its parts with `useReadable`. */
  readonly participant: Participant;
}

/**
 * Somebody else in the room, or `undefined` where nobody has this ID. Renders again only for a change of this one
 * participant.
 *
 * @example
 * ```tsx
 * const bob = useParticipant(id);
 * return <Video stream={bob?.streams.get('camera')} />;
 * ```
 */
export function useParticipant(id: PeerId): ParticipantSnapshot | undefined {
  const participant = useFoundParticipant(id);
  return useReadable(useMemo(() => (participant ? snapshotOf(participant) : NOTHING), [participant]));
}

/** The participant itself. Renders again only when it is another one. */
export function useFoundParticipant(id: PeerId): Participant | undefined {
  const participants = useRoom()?.participants ?? EMPTY_LIST;
  const found = useMemo(
    () => derived(participants, (all) => all.find((one) => one.id === id)),
    [participants, id],
  );
  return useReadable(found);
}

function snapshotOf(participant: Participant): Readable<ParticipantSnapshot | undefined> {
  const { id, state, metadata, streams, link } = participant;
  return combined([state, metadata, streams, link], (state, metadata, streams, link) => {
    return { id, state, metadata, streams, link, participant };
  });
}
