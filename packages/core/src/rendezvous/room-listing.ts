import {
  MAX_ROOM_MEMBERS,
  openCard,
  toHex,
  type Card,
  type ListedMember,
  type PeerId,
} from '@conclave/protocol';

import { subtle } from '../identity/identity.js';
import { cell } from '../state/cell.js';
import type { RoomListing, RoomMember } from './rendezvous-client.js';

/** One room as the rendezvous tells of it. Calls must not overlap: each card is verified before the next event. */
export interface ListedRoom {
  readonly listing: RoomListing;
  /** A whole list came: members that are as they were keep their references. */
  replace(listed: readonly ListedMember[]): Promise<void>;
  /** Somebody came. A card that does not verify is nobody. */
  arrived(listed: ListedMember): Promise<void>;
  /** Somebody left; somebody unknown is ignored. */
  left(peer: PeerId): void;
}

interface Entry {
  readonly cardHex: string;
  readonly member: RoomMember;
}

/** Makes an empty listing of a room. */
export function listedRoom(nearId: PeerId, leave: () => Promise<void>): ListedRoom {
  const members = cell<readonly RoomMember[]>([]);
  const order = cell(0);
  let entries = new Map<PeerId, Entry>();

  const publish = (next: Map<PeerId, Entry>) => {
    entries = next;
    const sorted = [...next.values()].map(({ member }) => member).sort((a, b) => a.order - b.order);
    const before = members.get();
    const same = sorted.length === before.length && sorted.every((member, index) => member === before[index]);
    if (!same) members.set(sorted);
  };

  const entryOf = async (
    listed: ListedMember,
    known: ReadonlyMap<string, Entry>,
  ): Promise<Entry | undefined> => {
    const cardHex = toHex(listed.card);
    const former = known.get(cardHex)?.member;
    if (former?.order === listed.order) return { cardHex, member: former };
    const card: Card | undefined = former?.card ?? (await cardOf(listed.card));
    return card && { cardHex, member: Object.freeze({ peerId: card.peerId, card, order: listed.order }) };
  };

  return {
    listing: { members: members.readable, order: order.readable, leave },
    async replace(listed) {
      const known = new Map([...entries.values()].map((entry) => [entry.cardHex, entry]));
      const found = await Promise.all(listed.map((one) => entryOf(one, known)));
      const next = new Map<PeerId, Entry>();
      let ownOrder = listed.reduce((latest, one) => Math.max(latest, one.order + 1), 0);
      for (const entry of found) {
        if (entry?.member.peerId === nearId) ownOrder = entry.member.order;
        else if (entry && !next.has(entry.member.peerId)) next.set(entry.member.peerId, entry);
      }
      order.set(ownOrder);
      publish(next);
    },
    async arrived(listed) {
      const entry = await entryOf(listed, new Map());
      if (!entry || entry.member.peerId === nearId) return;
      if (entries.size >= MAX_ROOM_MEMBERS && !entries.has(entry.member.peerId)) return;
      publish(new Map(entries).set(entry.member.peerId, entry));
    },
    left(peer) {
      if (!entries.has(peer)) return;
      const next = new Map(entries);
      next.delete(peer);
      publish(next);
    },
  };
}

async function cardOf(bytes: Uint8Array): Promise<Card | undefined> {
  const opened = await openCard(subtle(), bytes);
  return opened.ok ? opened.value : undefined;
}
