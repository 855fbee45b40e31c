import {
  cell,
  type ErrorCode,
  type FileOffer,
  type FileState,
  type PeerId,
  type Readable,
  type Value,
} from '@conclave/core';
import type { Room } from '@conclave/mesh';

import { combined } from './derived.js';
import { bytesOf, FileList } from './file-list.js';
import { listened } from './listened.js';

/** A file that somebody in the room offers. The same object until something about it changes. */
export interface ReceivedFile {
  /** Unique in its list. */
  readonly id: number;
  /** Who offers it: proven on the link. */
  readonly from: PeerId;
  /** What the sender says is its name: not checked, not fit for a path as it is. May be empty. */
  readonly name: string;
  /** What the sender says is its media type: not checked. May be empty. */
  readonly type: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** When it was offered here, by the clock of this end, in milliseconds since 1970. */
  readonly atMs: number;
  /** What else the sender says of it; check its form before use. */
  readonly metadata: Value | undefined;
  /** How it is doing: `moving` from `accept` on, `done` once all of it is where it belongs. */
  readonly state: 'offered' | 'moving' | 'done' | 'failed';
  /** Bytes of it that are where they belong. */
  readonly bytes: number;
  /** The file, once it is `done`, where `accept` was told no other place; kept until it is dismissed or the room is left. */
  readonly blob?: Blob;
  /** Why it has `failed`. */
  readonly code?: ErrorCode;
  /**
   * Takes it, to this place or as a `blob`; how that goes is in `state`. Does nothing where it was taken or has ended
   * already. Throws `usage/invalid-argument` for a place that is locked.
   */
  readonly accept: (to?: WritableStream<Uint8Array>) => void;
  /** Does not want it. */
  readonly refuse: () => void;
  /** Does not want it any more; nothing of it is kept. */
  readonly cancel: () => void;
  /** Takes it off the list; where it has not ended it is refused. */
  readonly dismiss: () => void;
}

/** What has come of `accept`. */
interface Taken {
  /** It is not done before the blob is there. */
  readonly isPending: boolean;
  readonly blob?: Blob | undefined;
}

/** The files that others offer in a room. */
export class ReceivedFiles {
  /** The files; see {@link listened}. */
  readonly list: Readable<readonly ReceivedFile[]>;
  readonly #list = new FileList<ReceivedFile>();

  constructor(room: Room) {
    this.list = listened(room, this.#list.files, () =>
      room.onFile(({ id: from }, offer) => {
        this.#list.add((id) => this.#sourceOf(id, from, offer));
      }),
    );
  }

  #sourceOf(id: number, from: PeerId, offer: FileOffer): Readable<ReceivedFile> {
    const { name, type, size, metadata } = offer;
    const atMs = Date.now();
    const taken = cell<Taken | undefined>(undefined);
    const accept = (to?: WritableStream<Uint8Array>) => {
      if (taken.get() || offer.state.get().phase !== 'offered') return;
      const kept = offer.accept(to ? { to } : {});
      taken.set({ isPending: true });
      // Why it failed is in its state.
      void kept.catch(() => undefined).then((blob) => taken.set({ isPending: false, blob }));
    };
    const cancel = () => offer.cancel();
    const dismiss = () => {
      cancel();
      this.#list.remove(id);
    };
    const acts = { accept, refuse: () => offer.refuse(), cancel, dismiss };
    return combined([offer.state, taken] as const, (state, how) => ({
      ...{ id, from, name, type, size, atMs, metadata },
      ...progressOf(state, how, size),
      ...(how?.blob && { blob: how.blob }),
      ...acts,
    }));
  }
}

function progressOf(
  now: FileState,
  taken: Taken | undefined,
  size: number,
): Pick<ReceivedFile, 'state' | 'bytes' | 'code'> {
  const bytes = bytesOf(now, size);
  if (now.phase === 'failed') return { state: 'failed', bytes, code: now.code };
  return { state: taken?.isPending ? 'moving' : now.phase, bytes };
}
