import { useMemo } from 'react';

import { cell, type IncomingState, type IncomingStream } from '@conclave/core';
import { useReadable } from '@conclave/react-bindings';

const noTrack = cell<MediaStreamTrack | undefined>(undefined).readable;
const noState = cell<IncomingState | undefined>(undefined).readable;

/** What a tile shows of a stream; of none, nothing. */
export function useStream(stream: IncomingStream | undefined) {
  const video = useReadable(stream?.video ?? noTrack);
  const state = useReadable<IncomingState | undefined>(stream?.state ?? noState);
  return useMemo(() => ({ video, state }), [video, state]);
}
