import type { ListedMember } from '@conclave/protocol';

/** Rooms of all tenants: who is in them, in the order of arrival. `Occupant` is what the owner keeps of a member. */
export interface Rooms<Occupant> {
  /** Lets somebody in. False: the room is full. Whoever is in already keeps its place. */
  enter(tenant: string, room: string, occupant: Occupant, card: Uint8Array): boolean;
  /** Lets somebody out; answers whether it was in. */
  exit(tenant: string, room: string, occupant: Occupant): boolean;
  /** The members with their places, first come first. */
  list(
    tenant: string,
    room: string,
  ): readonly { readonly occupant: Occupant; readonly member: ListedMember }[];
}

interface Room<Occupant> {
  readonly members: Map<Occupant, ListedMember>;
  arrivals: number;
}

/** Makes an empty house. A room exists while somebody is in it. */
export function rooms<Occupant>(maxMembers: number): Rooms<Occupant> {
  const byTenant = new Map<string, Map<string, Room<Occupant>>>();
  return {
    enter(tenant, name, occupant, card) {
      const house = byTenant.get(tenant) ?? new Map<string, Room<Occupant>>();
      const room = house.get(name) ?? { members: new Map<Occupant, ListedMember>(), arrivals: 0 };
      if (room.members.has(occupant)) return true;
      if (room.members.size >= maxMembers) return false;
      room.members.set(occupant, { card, order: room.arrivals });
      room.arrivals += 1;
      house.set(name, room);
      byTenant.set(tenant, house);
      return true;
    },
    exit(tenant, name, occupant) {
      const house = byTenant.get(tenant);
      const room = house?.get(name);
      if (!house || !room?.members.delete(occupant)) return false;
      if (room.members.size === 0) house.delete(name);
      if (house.size === 0) byTenant.delete(tenant);
      return true;
    },
    list(tenant, name) {
      const members = byTenant.get(tenant)?.get(name)?.members ?? new Map<Occupant, ListedMember>();
      return [...members].map(([occupant, member]) => ({ occupant, member }));
    },
  };
}
