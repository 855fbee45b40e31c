import { useContext } from 'react';

import type { PeerId } from '@conclave/core';
import type { RoomTrust } from '@conclave/mesh';

import { Icon } from '../ui/icon';
import { TrustContext, type TrustSubject } from './trust-context';
import { ROOM_WORDS, TRUST_WORDS, type Trust } from './trust-words';
import { useTrust } from './use-trust';

/** How sure one can be of somebody: a lock that says so, and opens the way to be surer. Nothing while nothing is proven. */
export function Lock({ id, name }: { readonly id: PeerId; readonly name: string }) {
  const trust = useTrust(id);
  if (!trust) return null;
  const { short, sentence } = TRUST_WORDS[trust];
  return (
    <LockButton
      trust={trust}
      word={short}
      label={`${short}: ${name}. ${sentence}`}
      subject={id}
      testId="lock"
    />
  );
}

/** What the room is that one is in. */
export function RoomLock({ trust }: { readonly trust: RoomTrust }) {
  const { title, sentence } = ROOM_WORDS[trust];
  return (
    <LockButton
      trust={trust}
      word={title}
      label={`${title}. ${sentence}`}
      subject="room"
      testId="room-lock"
    />
  );
}

function LockButton(props: {
  readonly trust: Trust;
  readonly word: string;
  readonly label: string;
  readonly subject: TrustSubject;
  readonly testId: string;
}) {
  const open = useContext(TrustContext);
  return (
    <button
      type="button"
      className={`lock ${props.trust}`}
      aria-label={props.label}
      aria-haspopup="dialog"
      title={props.label}
      data-testid={props.testId}
      data-trust={props.trust}
      onClick={() => open(props.subject)}
    >
      <Icon name={TRUST_WORDS[props.trust].icon} />
      <span className="lock-word">{props.word}</span>
    </button>
  );
}
