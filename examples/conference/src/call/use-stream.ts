import { useMemo } from 'react';

import { cell, type IncomingState, type IncomingStream } from '@conclave/core';
import { useReadable } from '@conclave/react-bindings';

import { useSpeaking } from '../use-speaking';

const noTrack = cell<MediaStreamTrack | undefined>(undefined).readable;
const noState = cell<IncomingState | undefined>(undefined).readable;

/** What a tile shows of a stream; of none, nothing. */
export function useStream(stream: IncomingStream | undefined) {
  const audio = useReadable(stream?.audio ?? noTrack);
  const video = useReadable(stream?.video ?? noTrack);
  const state = useReadable<IncomingState | undefined>(stream?.state ?? noState);
  const isSpeaking = useSpeaking(audio);
  return useMemo(() => ({ video, state, isSpeaking }), [video, state, isSpeaking]);
}
