import type { ConclaveError } from '@conclave/core';
import { useLocalMedia } from '@conclave/react-bindings';

import { Call } from './call/call';
import { Lobby } from './lobby/lobby';
import type { Place } from './room-link';

/** A small picture: three people in three tabs of a laptop with two cores stay smooth. */
const CAMERA = { width: { ideal: 320 }, height: { ideal: 240 }, frameRate: { ideal: 15, max: 30 } };
const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Somebody at the door or in the room, with camera and microphone. */
export function Present(props: {
  readonly place: Place;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly isJoining: boolean;
  readonly onJoin: () => void;
  readonly onBack: () => void;
  readonly onLeft: (error?: ConclaveError) => void;
}) {
  const { place, name, onName, onLeft } = props;
  const media = useLocalMedia({ camera: CAMERA, microphone: MICROPHONE });
  if (props.isJoining) {
    return (
      <Call place={place} name={name} media={media} onName={onName} onBack={props.onBack} onLeft={onLeft} />
    );
  }
  return <Lobby place={place} name={name} media={media} onName={onName} onJoin={props.onJoin} />;
}
