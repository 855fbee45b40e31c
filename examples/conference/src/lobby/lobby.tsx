import { useId, useState, type SubmitEvent } from 'react';

import type { LocalMediaSnapshot } from '@conclave/react-bindings';

import { MAX_NAME_LENGTH, tidyName } from '../profile';
import type { Place } from '../room-link';
import { ROOM_WORDS, TRUST_WORDS } from '../trust/trust-words';
import { CopyLink } from '../ui/copy-link';
import { Icon } from '../ui/icon';
import { Mark } from '../ui/mark';
import { BeRecognised } from './be-recognised';
import { DeviceNotices } from './device-notices';
import { Preview } from './preview';

/** Before the room: see and hear oneself, say who one is, join. */
export function Lobby(props: {
  readonly place: Place;
  readonly name: string;
  readonly media: LocalMediaSnapshot;
  readonly onName: (name: string) => void;
  readonly onJoin: () => void;
}) {
  const { place, media } = props;
  const [typed, setTyped] = useState(props.name);
  const [isMissing, setMissing] = useState(false);
  const id = useId();
  const name = tidyName(typed);
  const trust = place.secret ? 'secret' : 'introduced';

  const join = (event: SubmitEvent) => {
    event.preventDefault();
    if (name === '') {
      setMissing(true);
      document.getElementById(id)?.focus();
      return;
    }
    props.onName(name);
    props.onJoin();
  };
  return (
    <div className="lobby" data-testid="lobby">
      <header className="start-top">
        <a
          href={window.location.pathname + window.location.search}
          className="mark-link"
          aria-label="Conclave, to the start"
        >
          <Mark />
        </a>
      </header>
      <main className="lobby-main">
        <Preview media={media} name={name} />
        <form className="lobby-form" onSubmit={join} noValidate>
          <h1>Ready to join?</h1>
          <p className="room-name" data-testid="room-name">
            {place.room}
          </p>
          <p className={`trust-line ${trust}`} data-testid="room-trust" data-trust={trust}>
            <Icon name={TRUST_WORDS[trust].icon} />
            <span>
              <strong>{ROOM_WORDS[trust].title}.</strong> {ROOM_WORDS[trust].sentence}
            </span>
          </p>
          <label htmlFor={id}>Your name</label>
          <input
            id={id}
            data-testid="name-input"
            value={typed}
            maxLength={MAX_NAME_LENGTH}
            autoComplete="name"
            autoFocus
            aria-invalid={isMissing}
            aria-describedby={isMissing ? `${id}-problem` : undefined}
            onChange={(event) => {
              setTyped(event.target.value);
              setMissing(false);
            }}
          />
          {isMissing && (
            <p className="problem" id={`${id}-problem`} role="alert" data-testid="name-problem">
              Enter a name, so that the others know who you are.
            </p>
          )}
          <BeRecognised />
          <div className="row">
            <button type="submit" className="button primary large grow" data-testid="join">
              Join the room
            </button>
            <CopyLink className="large" />
          </div>
          <DeviceNotices media={media} />
        </form>
      </main>
    </div>
  );
}
