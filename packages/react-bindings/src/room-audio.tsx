import type { ReactNode } from 'react';

import type { IncomingStream, PeerId } from '@conclave/core';

import { useParticipant } from './use-participant.js';
import { useParticipantIds } from './use-participant-ids.js';
import { useTrackElement } from './use-track-element.js';

/**
 * The sound of everybody in the room. Mount it once, where it stays: what a tile shows or hides is heard all the same.
 * Shows nothing; see `usePlayback` for a browser that wants a click first.
 */
export function RoomAudio(): ReactNode {
  return useParticipantIds().map((id) => <ParticipantAudio key={id} id={id} />);
}

function ParticipantAudio({ id }: { readonly id: PeerId }): ReactNode {
  const { streams } = useParticipant(id) ?? {};
  return [...(streams ?? [])].map(([name, stream]) => <StreamAudio key={name} stream={stream} />);
}

function StreamAudio({ stream }: { readonly stream: IncomingStream }): ReactNode {
  const { ref } = useTrackElement(stream.audio);
  return <audio ref={ref} autoPlay />;
}
