import type { PeerId } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { checkName } from '../names.js';
import { REJOIN_AFTER_MS } from './limits.js';
import type { RoomListing, Rooms } from './rendezvous-client.js';
import type { Asked, Requests } from './requests.js';
import { listedRoom, type ListedRoom } from './room-listing.js';

interface Entry {
  readonly room: ListedRoom;
  readonly joined: Promise<RoomListing>;
  /** The request to be let in that is not answered yet. */
  asked: Asked | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Makes an empty set of rooms. */
export function rooms(nearId: PeerId, requests: Requests): Rooms {
  const entries = new Map<string, Entry>();

  const drop = (name: string, entry: Entry) => {
    clearTimeout(entry.timer);
    entry.asked?.forget();
    if (entries.get(name) === entry) entries.delete(name);
  };
  /** Patient: the server hears of it as soon as it can. */
  const sayLeave = (name: string) => requests.ask({ t: 'leave', room: name }, true).answered.catch(() => {});

  const leave = async (name: string) => {
    const entry = entries.get(name);
    if (!entry) return;
    drop(name, entry);
    const said = sayLeave(name);
    if (requests.isConnected()) await said;
  };

  const enter = (name: string): Entry => {
    const asked = requests.ask({ t: 'join', room: name });
    const room = listedRoom(nearId, () => (entries.get(name) === entry ? leave(name) : Promise.resolve()));
    const joined = asked.answered
      .then((answer) => {
        if (answer.t !== 'joined') throw new ConclaveError('rendezvous/bad-frame');
        entry.asked = undefined;
        return room.listing;
      })
      .catch((error: unknown) => {
        drop(name, entry);
        // Given up, but perhaps heard: without this we might be listed in a room that we do not know of.
        if (error instanceof ConclaveError && isGivenUp(error)) void sayLeave(name);
        throw error;
      });
    const entry: Entry = { room, joined, asked, timer: undefined };
    entries.set(name, entry);
    return entry;
  };

  const enterAgain = (name: string, entry: Entry) => {
    if (entry.asked) return; // asked already: it is sent with the other requests
    clearTimeout(entry.timer);
    entry.asked = requests.ask({ t: 'join', room: name }, true);
    entry.asked.answered.then(
      () => {
        entry.asked = undefined;
      },
      (error: unknown) => {
        entry.asked = undefined;
        if (
          entries.get(name) !== entry ||
          (error instanceof ConclaveError && error.code.startsWith('usage/'))
        )
          return;
        const retryAfterMs = error instanceof ConclaveError ? error.retryAfterMs : undefined;
        entry.timer = setTimeout(() => enterAgain(name, entry), retryAfterMs ?? REJOIN_AFTER_MS);
      },
    );
  };

  return {
    async join(name) {
      checkName(name, 'A room');
      return (entries.get(name) ?? enter(name)).joined;
    },
    async apply(message) {
      const entry = entries.get(message.room);
      if (message.t === 'joined') {
        // Until it is applied nobody is told, so that a room is never seen empty that is not.
        if (entry && requests.waits(message.id)) await entry.room.replace(message.members);
        requests.answer(message);
      } else if (message.t === 'member-joined') {
        await entry?.room.arrived(message.member);
      } else {
        entry?.room.left(message.peer);
      }
    },
    rejoin() {
      for (const [name, entry] of entries) enterAgain(name, entry);
    },
    end() {
      for (const [name, entry] of entries) drop(name, entry);
    },
  };
}

function isGivenUp({ code }: ConclaveError): boolean {
  return code === 'rendezvous/timeout' || code === 'rendezvous/unavailable';
}
