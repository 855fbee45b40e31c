import type { ErrorCode, FileOptions, FileState, PeerId, Readable } from '@conclave/core';
import type { Room } from '@conclave/mesh';

import { derived } from './derived.js';
import { bytesOf, FileList } from './file-list.js';

/** A file of ours that was offered to everybody present. The same object until something about it changes. */
export interface SentFile {
  /** Unique in its list. */
  readonly id: number;
  /** What the others are told as its name. */
  readonly name: string;
  /** Its media type; empty where it has none. */
  readonly type: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** When it was offered, by the clock of this end, in milliseconds since 1970. */
  readonly atMs: number;
  /**
   * How it is doing, over all: `offered` until somebody takes it, `moving` until nobody is left who may get it; then `done`
   * where all have it, `partly` where some have, `failed` where nobody has or nobody was there.
   */
  readonly state: 'offered' | 'moving' | 'done' | 'failed' | 'partly';
  /** Bytes that the slowest of those who have taken it has. */
  readonly bytes: number;
  /** Why it has failed with the first with whom it has; `file/no-receiver` where nobody was there. */
  readonly code?: ErrorCode;
  /** How it is doing with each. */
  readonly peers: ReadonlyMap<PeerId, FileState>;
  /** Takes it back from everybody who has not got all of it. */
  readonly cancel: () => void;
  /** Takes it off the list, and back where it is under way. */
  readonly dismiss: () => void;
}

/** The files that this end has sent in a room. */
export class SentFiles {
  readonly #room: Room;
  readonly #list = new FileList<SentFile>();

  constructor(room: Room) {
    this.#room = room;
  }

  /** The files, in the order in which they were sent. */
  get list(): Readable<readonly SentFile[]> {
    return this.#list.files;
  }

  /** Sends to everybody present. Throws what `room.sendFile` throws; nothing is listed then. */
  readonly send = (file: Blob, options?: FileOptions): SentFile => {
    const transfer = this.#room.sendFile(file, options);
    const { name, type, size } = transfer;
    const atMs = Date.now();
    const cancel = () => transfer.cancel();
    return this.#list.add((id) => {
      const dismiss = () => {
        cancel();
        this.#list.remove(id);
      };
      return derived(transfer.peers, (peers) => {
        return { id, name, type, size, atMs, ...summaryOf(peers, size), peers, cancel, dismiss };
      });
    });
  };
}

function summaryOf(
  peers: ReadonlyMap<PeerId, FileState>,
  size: number,
): Pick<SentFile, 'state' | 'bytes' | 'code'> {
  const states = [...peers.values()];
  const taken = states.filter(({ phase }) => phase === 'moving' || phase === 'done');
  const bytes = taken.length > 0 ? Math.min(...taken.map((one) => bytesOf(one, size))) : 0;
  const code = states.length > 0 ? states.find((one) => one.phase === 'failed')?.code : 'file/no-receiver';
  return { state: stateOf(states, taken.length), bytes, ...(code && { code }) };
}

function stateOf(states: readonly FileState[], takers: number): SentFile['state'] {
  if (states.some(({ phase }) => phase === 'offered' || phase === 'moving'))
    return takers > 0 ? 'moving' : 'offered';
  if (takers === 0) return 'failed';
  return takers === states.length ? 'done' : 'partly';
}
