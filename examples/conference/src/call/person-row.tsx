import type { ReactNode } from 'react';

import type { PeerId } from '@conclave/core';

import { colourOf } from '../person';
import { initialsOf } from '../profile';
import { Icon } from '../ui/icon';
import { shortId } from './names';

/** One line in the list of people. */
export function PersonRow(props: {
  readonly id: PeerId;
  readonly name: string;
  /** The name as it is shown. */
  readonly label: string;
  readonly about: string;
  /** What is wrong with the name. */
  readonly warning?: string | undefined;
  /** How sure one can be of who it is. */
  readonly lock?: ReactNode;
  readonly microphone: boolean;
  readonly camera: boolean;
}) {
  const { id, name, label, about, microphone, camera } = props;
  return (
    <li className="person" data-testid="person">
      <span className={`face colour-${colourOf(id)}`} aria-hidden="true">
        {initialsOf(name)}
      </span>
      <span className="person-name">
        <span>{label}</span>
        <small>
          {about && `${about} · `}
          <span title={`Peer ID ${id}`}>{shortId(id)}</span>
        </small>
        {props.warning && (
          <small className="row-warning" data-testid="row-warning">
            {props.warning}
          </small>
        )}
      </span>
      {props.lock}
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
