import { useEffect, useMemo, useRef, useState } from 'react';

import type { OutgoingStream } from '@conclave/core';

import type { DeviceWish, LocalDevice } from './local-device.js';
import { LocalMedia } from './local-media.js';
import { useReadable } from './use-readable.js';
import { useRoom } from './use-room.js';

/** What {@link useLocalMedia} is asked for. Read when a device is opened. */
export interface LocalMediaOptions {
  /** Constraints for the camera; `false`: do not ask for it yet. Default `true`: any. */
  readonly camera?: DeviceWish;
  /** Constraints for the microphone; `false`: do not ask for it yet. Default `true`: any. */
  readonly microphone?: DeviceWish;
  /** The stream of the joined room that carries them; `false`: none, attach the tracks yourself. Default `camera`. */
  readonly publishAs?: string | false;
}

/** What {@link useLocalMedia} returns: the same object until a device changes. */
export interface LocalMediaSnapshot {
  /** How it stands with the camera. */
  readonly camera: LocalDevice;
  /** How it stands with the microphone. */
  readonly microphone: LocalDevice;
  /** Opens the camera, also after a failure, or gives it back: its light goes off and no byte is sent. */
  readonly setCamera: (on: boolean) => void;
  /** Opens the microphone, also after a failure, or mutes it: it is held, but no byte is sent. */
  readonly setMicrophone: (on: boolean) => void;
}

/**
 * The camera and the microphone, held while the component is mounted, and sent in the room while one is joined. The user
 * is asked once for both; where that fails each is asked for alone. Failures are states, never thrown. Call it above
 * both the preview and the call, so that the devices stay open in between.
 */
export function useLocalMedia(options: LocalMediaOptions = {}): LocalMediaSnapshot {
  const { publishAs = 'camera' } = options;
  const [media] = useState(() => new LocalMedia());
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const { camera = true, microphone = true } = latest.current;
    return media.hold({ camera, microphone });
  }, [media]);

  const camera = useReadable(media.camera.state);
  const microphone = useReadable(media.microphone.state);
  const stream = useRoom()?.streams.get(publishAs || '');
  useAttached(stream, 'attachVideo', camera.phase === 'on' ? camera.track : null);
  useAttached(stream, 'attachAudio', microphone.phase === 'on' ? microphone.track : null);

  const { setCamera, setMicrophone } = media;
  return useMemo(
    () => ({ camera, microphone, setCamera, setMicrophone }),
    [camera, microphone, setCamera, setMicrophone],
  );
}

/** A stream that was closed meanwhile needs no track any more: its rejection is nobody's concern. */
function useAttached(
  stream: OutgoingStream | undefined,
  attach: 'attachAudio' | 'attachVideo',
  track: MediaStreamTrack | null,
): void {
  useEffect(() => {
    stream?.[attach](track).catch(() => undefined);
    return () => {
      if (track) stream?.[attach](null).catch(() => undefined);
    };
  }, [stream, attach, track]);
}
