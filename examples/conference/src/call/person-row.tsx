import type { PeerId } from '@conclave/core';

import { colourOf } from '../person';
import { initialsOf } from '../profile';
import { Icon } from '../ui/icon';

/** Enough of a peer ID to tell apart two people of one name in one room. */
const SHORT_ID_LENGTH = 6;

/** One line in the list of people. */
export function PersonRow(props: {
  readonly id: PeerId;
  readonly name: string;
  readonly about: string;
  readonly microphone: boolean;
  readonly camera: boolean;
}) {
  const { id, name, about, microphone, camera } = props;
  return (
    <li className="person" data-testid="person">
      <span className={`face colour-${colourOf(id)}`} aria-hidden="true">
        {initialsOf(name)}
      </span>
      <span className="person-name">
        <span>{name}</span>
        <small>
          {about && `${about} · `}
          <span title={`Peer ID ${id}`}>{id.slice(0, SHORT_ID_LENGTH)}</span>
        </small>
      </span>
      <span
        className={microphone ? '' : 'is-off'}
        role="img"
        aria-label={microphone ? 'Microphone on' : 'Muted'}
      >
        <Icon name={microphone ? 'microphone' : 'microphone-off'} />
      </span>
      <span className={camera ? '' : 'is-off'} role="img" aria-label={camera ? 'Camera on' : 'Camera off'}>
        <Icon name={camera ? 'camera' : 'camera-off'} />
      </span>
    </li>
  );
}
