import { useEffect, useMemo, useState, type RefCallback } from 'react';

import type { IncomingStream } from '@conclave/core';

import { audienceOf } from './audience.js';
import { derived, NOTHING } from './derived.js';
import { MAX_WEIGHT, MIN_WEIGHT, SPEAKER_WEIGHT } from './limits.js';
import { useReadable } from './use-readable.js';
import { useRoomIfAny } from './use-room.js';
import { watchPicture } from './watch-picture.js';

/** What {@link useVideoDemand} may be told. */
export interface VideoDemandOptions {
  /**
   * What this video is worth beside others where the publisher's uplink does not carry all: more than 0, default 1; a
   * screen share may weigh 4. The active speaker weighs three times as much by itself; at most 100 is asked for.
   */
  readonly weight?: number | undefined;
}

/**
 * Asks the publisher of a stream for as much video as an element shows: its height in device pixels, and none when it has
 * been out of sight for 5 s (scrolled away, not displayed, unmounted, in a hidden tab); back at once. Of several elements
 * that show the stream the largest decides. Sound goes on in any case. It calls `request` and `receiveVideo` of the
 * stream, so leave these alone then. Where the browser cannot observe elements, nothing is asked. `Video` with a `stream`
 * does this by itself.
 *
 * @returns what to give to the `ref` of the element.
 * @example
 * ```tsx
 * const { ref } = useTrackElement(stream.video);
 * const seen = useVideoDemand(stream);
 * return <div ref={seen}><video ref={ref} playsInline muted /></div>;
 * ```
 */
export function useVideoDemand(
  stream: IncomingStream | undefined,
  { weight = 1 }: VideoDemandOptions = {},
): RefCallback<Element> {
  const [element, ref] = useState<Element | null>(null);
  const room = useRoomIfAny();
  const isSpeaker = useReadable<boolean | undefined>(
    useMemo(
      () => (room && stream ? derived(room.activeSpeaker, (id) => id === stream.farId) : NOTHING),
      [room, stream],
    ),
  );
  const weighs = Math.min(
    Math.max(isSpeaker ? weight * SPEAKER_WEIGHT : weight, MIN_WEIGHT) || 1,
    MAX_WEIGHT,
  );
  useEffect(() => {
    if (!element || !stream) return undefined;
    const audience = audienceOf(stream);
    return watchPicture(element, (heightPx) =>
      audience.set(element, heightPx > 0 ? { heightPx, weight: weighs } : undefined),
    );
  }, [element, stream, weighs]);
  return ref;
}
