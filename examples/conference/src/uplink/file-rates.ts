import type { SentFile } from '@conclave/react-bindings';

/** How much of files each person has, as it was at one time. */
export interface FileBytes {
  readonly atMs: number;
  /** By peer, then by file: bytes. */
  readonly byPeer: ReadonlyMap<string, ReadonlyMap<number, number>>;
}

/** What each person has now of the files that are sent. */
export function fileBytes(files: readonly SentFile[], atMs: number): FileBytes {
  const byPeer = new Map<string, Map<number, number>>();
  for (const { id, size, peers } of files) {
    for (const [peer, state] of peers) {
      if (state.phase !== 'moving' && state.phase !== 'done') continue;
      const known = byPeer.get(peer) ?? new Map<number, number>();
      byPeer.set(peer, known.set(id, state.phase === 'done' ? size : state.bytes));
    }
  }
  return { atMs, byPeer };
}

/** Bits per second to each person between two times; who did not get anything is left out. */
export function fileRates(before: FileBytes, after: FileBytes): ReadonlyMap<string, number> {
  const seconds = (after.atMs - before.atMs) / 1000;
  const rates = new Map<string, number>();
  if (seconds <= 0) return rates;
  for (const [peer, files] of after.byPeer) {
    const had = before.byPeer.get(peer);
    const bytes = [...files].reduce((sum, [id, now]) => sum + Math.max(0, now - (had?.get(id) ?? 0)), 0);
    if (bytes > 0) rates.set(peer, (bytes * 8) / seconds);
  }
  return rates;
}
