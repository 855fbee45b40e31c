import { useEffect, useMemo } from 'react';

import type { Room } from '@conclave/mesh';
import { useSendFile } from '@conclave/react-bindings';

import { Recording } from './recording';

/** Records the upload of a room for as long as one is in it, so that the panel can tell what happened before it was opened. */
export function useRecording(room: Room): Recording {
  const recording = useMemo(() => new Recording(room), [room]);
  const { files } = useSendFile();
  useEffect(() => recording.setFiles(files), [recording, files]);
  useEffect(() => recording.start(), [recording]);
  return recording;
}
