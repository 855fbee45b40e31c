import { useMemo } from 'react';

import { EMPTY_LIST } from './derived.js';
import type { ReceivedFile } from './received-files.js';
import { useKept } from './use-kept.js';
import { useReadable } from './use-readable.js';

/** What {@link useFiles} returns: the same object until a file comes, goes or changes. */
export interface ReceivedFileList {
  /** Those offered or under way, and the latest 100 that have ended, in the order of their coming. */
  readonly files: readonly ReceivedFile[];
}

/**
 * The files that others in the joined room offer: nothing of one moves before its `accept`, and its progress renders at most
 * ten times a second. They are listed for as long as the room is, also while no component shows them, from the first time
 * that one did; leaving ends them.
 *
 * @example
 * ```tsx
 * const { files } = useFiles();
 * return files.map(({ id, name, state, accept }) =>
 *   state === 'offered' ? <button key={id} onClick={() => accept()}>Take {name}</button> : <p key={id}>{name}</p>,
 * );
 * ```
 */
export function useFiles(): ReceivedFileList {
  const received = useKept((seat, room) => seat.receivedFiles(room));
  const files = useReadable(received?.list ?? EMPTY_LIST);
  return useMemo(() => ({ files }), [files]);
}
