import { useCallback, type ReactNode, type VideoHTMLAttributes } from 'react';

import type { IncomingStream } from '@conclave/core';

import { useTrackElement, type TrackSource } from './use-track-element.js';
import { useVideoDemand } from './use-video-demand.js';

/** Props of {@link Video}: those of a `<video>`, and what it shows. */
export interface VideoProps extends Omit<VideoHTMLAttributes<HTMLVideoElement>, 'src' | 'muted'> {
  /** A stream of somebody else: its video is shown, and asked for as large as it is shown here; see `useVideoDemand`. */
  readonly stream?: IncomingStream | undefined;
  /** What that video is worth beside others; default 1, see `useVideoDemand`. */
  readonly weight?: number | undefined;
  /** What to show instead of the video of `stream`, as a camera of one's own; nothing where both are missing. */
  readonly track?: TrackSource;
}

/**
 * Shows a video, always without sound, which no browser blocks: the sound of a room is `RoomAudio`'s.
 *
 * @example
 * ```tsx
 * return <Video stream={participant.streams.get('camera')} />;
 * ```
 */
export function Video({ track, stream, weight, ...props }: VideoProps): ReactNode {
  const { ref } = useTrackElement(track ?? stream?.video);
  const demand = useVideoDemand(stream, { weight });
  const both = useCallback(
    (element: HTMLVideoElement | null) => {
      ref(element);
      demand(element);
    },
    [ref, demand],
  );
  return <video {...props} ref={both} muted playsInline autoPlay />;
}
