import type { CSSProperties, ReactNode } from 'react';

import type { IncomingStream, PeerId } from '@conclave/core';
import { Video, type TrackSource } from '@conclave/react-bindings';

import { colourOf } from '../person';
import { initialsOf } from '../profile';
import { Icon } from '../ui/icon';
import type { TileSize } from './fit-grid';

/** One person: picture or initials, name, microphone, and what is to be said about the link. */
export function Tile(props: {
  readonly id: PeerId;
  readonly name: string;
  readonly label: string;
  readonly size: TileSize;
  /** What to show; initials where there is nothing. */
  readonly video: TrackSource;
  /** Where it comes from, of somebody else: asked for as large as the tile is. */
  readonly stream?: IncomingStream | undefined;
  readonly isMirrored?: boolean;
  readonly isMuted: boolean;
  readonly isSpeaking: boolean;
  readonly phase: string;
  readonly note?: ReactNode;
  /** What is wrong with the name on it. */
  readonly warning?: string | undefined;
  /** How good the connection is. */
  readonly quality?: ReactNode;
  /** How sure one can be of who it is. */
  readonly lock?: ReactNode;
  readonly testId: string;
}) {
  const { id, name, label, size, video, isMuted, isSpeaking, phase, note, warning } = props;
  const initialsSize = Math.max(34, Math.min(size.width, size.height) * 0.16);
  return (
    <article
      className={`tile colour-${colourOf(id)} ${isSpeaking ? 'speaking' : ''} ${note ? 'noted' : ''}`}
      style={{ width: size.width, height: size.height, '--initials': `${initialsSize}px` } as CSSProperties}
      aria-label={`${label}${isMuted ? ', muted' : ''}`}
      data-testid={props.testId}
      data-peer={id}
      data-phase={phase}
      data-speaking={isSpeaking}
    >
      {video ? (
        <Video
          track={video}
          stream={props.stream}
          className={props.isMirrored ? 'mirrored' : ''}
          aria-hidden="true"
        />
      ) : (
        <span className="initials" aria-hidden="true" data-testid="initials">
          {initialsOf(name)}
        </span>
      )}
      {(note ?? warning) && (
        <div className="tile-notes">
          {warning && (
            <p className="tile-note warning" role="status" data-testid="tile-warning">
              {warning}
            </p>
          )}
          {note && (
            <p className="tile-note" role="status" data-testid="tile-note">
              {note}
            </p>
          )}
        </div>
      )}
      <footer className="tile-label">
        {isMuted && (
          <span className="tile-muted" role="img" aria-label="Muted" data-testid="muted">
            <Icon name="microphone-off" />
          </span>
        )}
        <span className="tile-name" data-testid="tile-name">
          {label}
        </span>
        {isSpeaking && <span className="hidden">Speaking</span>}
        {props.quality}
        {props.lock}
      </footer>
    </article>
  );
}
