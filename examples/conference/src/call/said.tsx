import type { ReactNode } from 'react';

import type { PeerId } from '@conclave/core';

import { colourOf } from '../person';
import { useNameOf } from './names';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** Something that somebody said or offered, under a name and a time. */
export function Said(props: {
  /** Nobody: oneself. */
  readonly from: PeerId | undefined;
  readonly atMs: number;
  /** It follows something of the same one. */
  readonly isSame: boolean;
  readonly testId: string;
  readonly children: ReactNode;
}) {
  const { from, isSame } = props;
  const at = new Date(props.atMs);
  return (
    <div className={`chat-line ${from ? '' : 'own'} ${isSame ? 'same' : ''}`} data-testid={props.testId}>
      {!isSame && (
        <p className="chat-who">
          {from ? <Name id={from} /> : <span className="chat-name">You</span>}
          <time dateTime={at.toISOString()}>{clock.format(at)}</time>
        </p>
      )}
      {props.children}
    </div>
  );
}

function Name({ id }: { readonly id: PeerId }) {
  return <bdi className={`chat-name colour-${colourOf(id)}`}>{useNameOf(id)}</bdi>;
}
