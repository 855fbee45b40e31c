import { useContext, useEffect, useMemo, useState, type RefCallback } from 'react';

import type { Readable } from '@conclave/core';

import { constant } from './derived.js';
import { RoomContext } from './room-context.js';
import { TrackPlayer, type TrackElementState } from './track-player.js';
import { useReadable } from './use-readable.js';

/** A track, or the readable of an incoming stream that has it while it plays. */
export type TrackSource = MediaStreamTrack | Readable<MediaStreamTrack | undefined> | null | undefined;

/** What {@link useTrackElement} returns: the same object until the state changes. */
export interface TrackElement {
  /** For the `ref` of a `<video>` or an `<audio>`. */
  readonly ref: RefCallback<HTMLMediaElement>;
  /** How the element does with its track. */
  readonly state: TrackElementState;
  /** Plays what the browser has blocked; call it in the handler of a click or a key. */
  readonly start: () => void;
}

/**
 * Plays a track in a `<video>` or an `<audio>`: follows its replacement, and lets go of it at the end. Where the browser
 * refuses to play sound before the user has done something, the state is `blocked`, here and in `usePlayback`.
 *
 * @example
 * ```tsx
 * const { ref } = useTrackElement(stream.video);
 * return <video ref={ref} playsInline muted />;
 * ```
 */
export function useTrackElement(source: TrackSource): TrackElement {
  const playback = useContext(RoomContext)?.playback;
  const [player] = useState(() => new TrackPlayer());
  const track = useReadable(
    useMemo(() => (source && 'subscribe' in source ? source : constant(source ?? undefined)), [source]),
  );
  const state = useReadable(player.state);
  const { attach: ref, start } = player;
  const isBlocked = state.phase === 'blocked';
  useEffect(() => {
    player.show(track);
    return () => player.show(undefined);
  }, [player, track]);
  useEffect(() => {
    playback?.set(start, isBlocked);
    return () => playback?.set(start, false);
  }, [playback, start, isBlocked]);
  return useMemo(() => ({ ref, state, start }), [ref, state, start]);
}
