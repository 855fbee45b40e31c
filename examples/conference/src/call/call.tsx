import { useEffect } from 'react';

import type { ConclaveError } from '@conclave/core';
import { useJoinRoom, type LocalMediaSnapshot } from '@conclave/react-bindings';

import { rendezvousName } from '../rendezvous';
import type { Place } from '../room-link';
import { Message } from '../ui/message';
import { wordsOf } from '../words';
import { Meeting } from './meeting';

/** The way into the room, and the room. */
export function Call(props: {
  readonly place: Place;
  readonly name: string;
  readonly media: LocalMediaSnapshot;
  readonly onName: (name: string) => void;
  readonly onBack: () => void;
  readonly onLeft: (error?: ConclaveError) => void;
}) {
  const { place, name, media, onLeft } = props;
  const metadata = { name, microphone: media.microphone.phase === 'on', camera: media.camera.phase === 'on' };
  const { state, leave, retry } = useJoinRoom({
    room: place.room,
    ...(place.secret && { secret: place.secret }),
    metadata,
  });
  useEffect(() => {
    if (state.phase === 'left') onLeft(state.error);
  }, [state, onLeft]);

  const back = (
    <button type="button" className="button" onClick={props.onBack} data-testid="back">
      Back
    </button>
  );
  if (state.phase === 'joined') {
    return (
      <Meeting
        room={state.room}
        name={name}
        media={media}
        onName={props.onName}
        onLeave={() => void leave()}
      />
    );
  }
  if (state.phase === 'failed') {
    const { title, advice } = wordsOf(state.error, rendezvousName());
    return (
      <Message
        testId="join-failed"
        title={title}
        actions={
          <>
            <button type="button" className="button primary" onClick={retry} data-testid="retry">
              Try again
            </button>
            {back}
          </>
        }
      >
        {advice}
      </Message>
    );
  }
  return <Message testId="joining" title="Joining the room …" isBusy actions={back} />;
}
