import { partsOf } from '../connection-parts.js';
import type { Connection } from '../connection.js';
import { ConclaveError } from '../errors.js';
import type { RoomListing } from '../rendezvous/rendezvous-client.js';
import { rooms } from '../rendezvous/rooms.js';

/**
 * Enters a room of the rendezvous: who else is there. It makes no link; for packages that build rooms, such as
 * `@conclave/mesh`. A room that the connection is in already answers with the same listing. Rejects with `room/full`,
 * `room/limit`, `usage/invalid-argument`, `usage/closed`, `rendezvous/...`.
 */
export async function enterRoom(connection: Connection, room: string): Promise<RoomListing> {
  const { client, mailbox } = partsOf(connection);
  if (connection.state.get().phase === 'closed') throw new ConclaveError('usage/closed');
  const listing = await client.rooms(rooms).join(room);
  const learn = () => {
    for (const { card } of listing.members.get()) mailbox.learn(card);
  };
  learn();
  listing.members.subscribe(learn);
  return listing;
}
