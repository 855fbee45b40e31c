import type { PeerId } from '@conclave/core';
import type { LocalMediaSnapshot } from '@conclave/react-bindings';

import { useSpeaking } from '../use-speaking';
import type { TileSize } from './fit-grid';
import { Tile } from './tile';

/** Oneself, as in a mirror. */
export function NearTile(props: {
  readonly id: PeerId;
  readonly name: string;
  readonly media: LocalMediaSnapshot;
  readonly size: TileSize;
}) {
  const { camera, microphone } = props.media;
  const isSpeaking = useSpeaking(microphone.phase === 'on' ? microphone.track : undefined);
  return (
    <Tile
      id={props.id}
      name={props.name}
      label={`${props.name} (you)`}
      size={props.size}
      video={camera.phase === 'on' ? camera.track : undefined}
      isMirrored
      isMuted={microphone.phase !== 'on'}
      isSpeaking={isSpeaking}
      phase="near"
      testId="near-tile"
    />
  );
}
