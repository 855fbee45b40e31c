import { useMemo } from 'react';

import type { FileOptions } from '@conclave/core';

import { EMPTY_LIST } from './derived.js';
import type { SentFile } from './sent-files.js';
import { notJoined, useKept } from './use-kept.js';
import { useReadable } from './use-readable.js';

/** What {@link useSendFile} returns: the same object until a file comes, goes or changes. */
export interface SentFileList {
  /**
   * Offers a file to everybody present, and lists it. Throws `data/too-large` for metadata of more than 1 KiB,
   * `data/unsupported-value`, `usage/invalid-argument` for a name of more than 256 characters, `usage/closed` without a room.
   */
  readonly sendFile: (file: Blob, options?: FileOptions) => SentFile;
  /** Those under way, and the latest 100 that have ended, in the order in which they were sent. */
  readonly files: readonly SentFile[];
}

/**
 * Sends files to everybody in the joined room, peer to peer, and shows how they are doing; progress renders at most ten
 * times a second for each file. They belong to the room: no component needs to stay for them, and leaving ends them.
 *
 * @example
 * ```tsx
 * const { sendFile, files } = useSendFile();
 * return <input type="file" onChange={({ target }) => [...(target.files ?? [])].forEach((file) => sendFile(file))} />;
 * ```
 */
export function useSendFile(): SentFileList {
  const sent = useKept((seat, room) => seat.sentFiles(room));
  const files = useReadable(sent?.list ?? EMPTY_LIST);
  return useMemo(() => ({ sendFile: sent?.send ?? notJoined, files }), [sent, files]);
}
