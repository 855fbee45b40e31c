import { ConclaveError, type Connection, type RoomKey } from '@conclave/core';
import { openRoomKey } from '@conclave/core/rooms';

import { checkOptions, throwIfAborted, type CheckedOptions } from './join-options.js';
import { LiveRoom } from './live-room.js';
import { openRendezvousSource } from './membership/rendezvous-source.js';
import type { JoinOptions, Room } from './room.js';

/** Rooms that are being left: who joins one again at once waits until it has been left. */
const leaving = new WeakMap<Connection, Map<string, Promise<void>>>();

/**
 * Joins a room: links with everybody in it, publishes this end's streams, and plays theirs. Resolves once the rendezvous
 * has let this end in, before anybody is linked: nobody needs to be there.
 *
 * Rejects with `room/full`, `room/limit`, `rendezvous/...`, `usage/closed` where the connection is, `usage/aborted`,
 * `usage/invalid-argument`, `data/too-large` for metadata above 1 KiB, and `stream/name-taken` where this connection is
 * in the room already. Nothing is left behind then.
 *
 * @example
 * ```ts
 * const room = await joinRoom(connection, { room: 'garden', metadata: { name: 'Alice' } });
 * room.handle('chat', (from, text) => show(from.metadata.get(), text));
 * room.send('chat', 'hello');
 * ```
 */
export async function joinRoom(connection: Connection, options: JoinOptions): Promise<Room> {
  const checked = checkOptions(options);
  const { room, secret, signal } = checked;
  const roomKey = secret === undefined ? undefined : await openRoomKey(secret, room);
  const name = roomKey?.id ?? room;
  await leaving.get(connection)?.get(name);
  throwIfAborted(signal);
  const live = openRoom(connection, checked, roomKey);
  // Until it has answered the room is being left at worst: joining again waits for it.
  const entered = openRendezvousSource(connection, name).then(
    (source) => live.enter(source),
    (error: unknown) => {
      live.finish();
      throw error;
    },
  );
  live.onLeave((left) => keepLeaving(connection, name, Promise.allSettled([entered, left])));
  await Promise.race([entered, abortion(live, signal)]);
  return live.room;
}

function openRoom(connection: Connection, checked: CheckedOptions, roomKey: RoomKey | undefined): LiveRoom {
  try {
    return new LiveRoom(connection, checked, roomKey);
  } catch (error) {
    if (!(error instanceof ConclaveError) || error.code !== 'stream/name-taken') throw error;
    const hint = `This connection is in the room "${checked.room}" already: leave it first.`;
    throw new ConclaveError('stream/name-taken', { hint, cause: error });
  }
}

function keepLeaving(connection: Connection, name: string, settled: Promise<unknown>): void {
  const rooms = leaving.get(connection) ?? new Map<string, Promise<void>>();
  leaving.set(connection, rooms);
  const left = settled.then(() => {
    if (rooms.get(name) === left) rooms.delete(name);
  });
  rooms.set(name, left);
}

/** Leaves the room when the signal aborts; rejects then, which matters until the room was entered. */
function abortion({ room }: LiveRoom, signal: AbortSignal | undefined): Promise<never> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => {
      reject(new ConclaveError('usage/aborted', { cause: signal?.reason }));
      void room.leave();
    };
    signal?.addEventListener('abort', abort);
    room.state.subscribe(() => signal?.removeEventListener('abort', abort));
  });
  aborted.catch(() => undefined);
  return aborted;
}
