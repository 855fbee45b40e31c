import { useContext, useEffect } from 'react';

import type { IncomingState, PeerId } from '@conclave/core';
import type { ParticipantState } from '@conclave/mesh';
import { useActiveSpeaker, useParticipant } from '@conclave/react-bindings';

import { useAcquaintance, warningAbout } from '../known/acquaintance';
import { personOf } from '../person';
import { Lock } from '../trust/lock';
import type { TileSize } from './fit-grid';
import { NamesContext, useNameHere } from './names';
import { QualityMark } from './quality-mark';
import { Tile } from './tile';
import { useStream } from './use-stream';

const LEFT: ParticipantState = { phase: 'left' };

/** Somebody else. */
export function FarTile({ id, size }: { readonly id: PeerId; readonly size: TileSize }) {
  const participant = useParticipant(id);
  const person = personOf(participant?.metadata);
  const { learn } = useContext(NamesContext);
  const said = person?.name;
  useEffect(() => {
    if (said) learn({ id, name: said });
  }, [id, said, learn]);
  const { name, label } = useNameHere(id);
  const warning = warningAbout(useAcquaintance(id, said));
  const isSpeaking = useActiveSpeaker() === id;
  const stream = participant?.streams.get('camera');
  const { video, state } = useStream(stream);
  const link = participant?.state ?? LEFT;
  return (
    <Tile
      id={id}
      name={person ? name : ''}
      label={label}
      size={size}
      video={person?.camera ? video : undefined}
      stream={stream}
      isMuted={person?.microphone === false}
      isSpeaking={isSpeaking}
      phase={link.phase}
      note={noteOn(link, state)}
      warning={warning}
      quality={<QualityMark id={id} />}
      lock={<Lock id={id} name={label} />}
      testId="far-tile"
    />
  );
}

/** What is to be said about the link and the stream, in words; nothing while all is well. */
function noteOn(link: ParticipantState, stream: IncomingState | undefined): string | undefined {
  switch (link.phase) {
    case 'listed':
    case 'linking':
      return 'Connecting …';
    case 'interrupted':
      return 'Connection interrupted, waiting …';
    case 'unreachable':
      if (link.code === 'room/not-admitted')
        return 'Does not let you in. Your link may lack the secret of this room';
      return link.code === 'stream/limit'
        ? 'Linked with as many people as it can be'
        : 'Cannot be reached. Trying again …';
    case 'left':
      return 'Has left';
    case 'present':
      if (stream?.phase !== 'closed') return undefined;
      if (stream.code === 'stream/limit') return 'Sends to as many people as it can';
      return stream.code === 'stream/refused' ? 'Does not send to you' : 'Sound and picture have stopped';
  }
}
