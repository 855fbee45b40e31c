import { useState } from 'react';

import type { ConclaveError } from '@conclave/core';

import { LeftScreen } from './call/left-screen';
import { Present } from './present';
import { rememberedName, rememberName } from './profile';
import type { Place } from './room-link';

/** Where somebody is on the way through a room. */
type Stage =
  | { readonly at: 'lobby' }
  | { readonly at: 'call' }
  | { readonly at: 'left'; readonly error?: ConclaveError | undefined };

/** A visit to one room: from the lobby through the call to the good-bye. Devices are held until then. */
export function Visit({ place }: { readonly place: Place }) {
  const [stage, setStage] = useState<Stage>({ at: 'lobby' });
  const [name, setName] = useState(rememberedName);
  const changeName = (changed: string) => {
    setName(changed);
    rememberName(changed);
  };
  if (stage.at === 'left') {
    return <LeftScreen error={stage.error} onRejoin={() => setStage({ at: name ? 'call' : 'lobby' })} />;
  }
  return (
    <Present
      place={place}
      name={name}
      onName={changeName}
      isJoining={stage.at === 'call'}
      onJoin={() => setStage({ at: 'call' })}
      onBack={() => setStage({ at: 'lobby' })}
      onLeft={(error) => setStage({ at: 'left', error })}
    />
  );
}
