import type { Room } from '@conclave/mesh';
import type { LocalMediaSnapshot } from '@conclave/react-bindings';

import { RoomLock } from '../trust/lock';
import { useSpeaking } from '../use-speaking';
import type { TileSize } from './fit-grid';
import { Tile } from './tile';

/** Oneself, as in a mirror, and what the room is that one is in. */
export function NearTile(props: {
  readonly room: Room;
  readonly name: string;
  readonly media: LocalMediaSnapshot;
  readonly size: TileSize;
}) {
  const { camera, microphone } = props.media;
  const isSpeaking = useSpeaking(microphone.phase === 'on' ? microphone.track : undefined);
  return (
    <Tile
      id={props.room.nearId}
      name={props.name}
      label={`${props.name} (you)`}
      size={props.size}
      video={camera.phase === 'on' ? camera.track : undefined}
      isMirrored
      isMuted={microphone.phase !== 'on'}
      isSpeaking={isSpeaking}
      phase="near"
      lock={<RoomLock trust={props.room.trust} />}
      testId="near-tile"
    />
  );
}
