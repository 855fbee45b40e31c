import type { ReactNode, VideoHTMLAttributes } from 'react';

import { useTrackElement, type TrackSource } from './use-track-element.js';

/** Props of {@link Video}: those of a `<video>`, and what it shows. */
export interface VideoProps extends Omit<VideoHTMLAttributes<HTMLVideoElement>, 'src' | 'muted'> {
  /** What to show; nothing where it is missing. */
  readonly track: TrackSource;
}

/** Shows a video track, always without sound, which no browser blocks: the sound of a room is `RoomAudio`'s. */
export function Video({ track, ...props }: VideoProps): ReactNode {
  const { ref } = useTrackElement(track);
  return <video {...props} ref={ref} muted playsInline autoPlay />;
}
