import { equalBytes, MAX_ROOM_MEMBERS, RESUME_WINDOW_MS, type PeerId } from '@conclave/protocol';

import type { Claim, Exchange, Seat, SeatHolder } from './exchange.js';
import { DEFAULT_LIMITS } from './limits.js';
import { mailbox, type Mailbox, type Uncounted } from './mailbox.js';
import { rooms } from './rooms.js';

/** What an exchange in memory may be told. */
export interface MemoryExchangeOptions {
  /** How long a lost client may resume. Default `RESUME_WINDOW_MS` of the protocol, which clients expect. */
  readonly resumeWindowMs?: number;
  /** Clients, lost ones among them. Default twice the sockets that a server takes by default. */
  readonly clients?: number;
  /** Rooms that one client may be in. */
  readonly roomsPerClient?: number;
  /** Members that a room may have. */
  readonly roomMembers?: number;
}

/** A client from its first claim until it is gone; several sockets may hold it one after the other. */
interface Life {
  readonly tenant: string;
  readonly peerId: PeerId;
  readonly epoch: Uint8Array;
  readonly card: Uint8Array;
  readonly mailbox: Mailbox;
  readonly rooms: Set<string>;
  state: LifeState;
}

type LifeState =
  | { readonly phase: 'held'; readonly holder: SeatHolder; readonly flows: boolean }
  | { readonly phase: 'lost'; readonly timer: NodeJS.Timeout }
  | { readonly phase: 'gone' };

/** An {@link Exchange} for a rendezvous of one node: all state is in this process and ends with it. */
export function memoryExchange(options: MemoryExchangeOptions = {}): Exchange {
  const resumeWindowMs = options.resumeWindowMs ?? RESUME_WINDOW_MS;
  const maxClients = options.clients ?? 2 * DEFAULT_LIMITS.clients;
  const maxRooms = options.roomsPerClient ?? DEFAULT_LIMITS.roomsPerClient;
  const house = rooms<Life>(Math.min(options.roomMembers ?? DEFAULT_LIMITS.roomMembers, MAX_ROOM_MEMBERS));
  const lives = new Map<string, Life>();

  const find = (tenant: string, peer: PeerId) => lives.get(placeOf(tenant, peer));

  const put = (life: Life, event: Uncounted) => {
    const counted = life.mailbox.put(event);
    if (life.state.phase === 'held' && life.state.flows) life.state.holder.event(counted);
  };

  const tellOthers = (life: Life, room: string, event: Uncounted) => {
    for (const { occupant } of house.list(life.tenant, room)) if (occupant !== life) put(occupant, event);
  };

  const exit = (life: Life, room: string) => {
    life.rooms.delete(room);
    if (house.exit(life.tenant, room, life))
      tellOthers(life, room, { t: 'member-left', room, peer: life.peerId });
  };

  const bury = (life: Life) => {
    if (life.state.phase === 'lost') clearTimeout(life.state.timer);
    life.state = { phase: 'gone' };
    const place = placeOf(life.tenant, life.peerId);
    if (lives.get(place) === life) lives.delete(place);
    for (const room of [...life.rooms]) exit(life, room);
  };

  /** The former life of a claim if it goes on; otherwise that life has ended. */
  const resume = (claim: Claim): Life | undefined => {
    const life = find(claim.tenant, claim.peerId);
    if (!life) return undefined;
    if (life.state.phase === 'held') life.state.holder.replaced();
    if (life.state.phase === 'lost') clearTimeout(life.state.timer);
    const missed = claim.resumeAfter === undefined ? undefined : life.mailbox.after(claim.resumeAfter);
    if (missed && equalBytes(life.epoch, claim.epoch)) return life;
    bury(life);
    return undefined;
  };

  const begin = (claim: Claim): Life => {
    const { tenant, peerId, epoch, card } = claim;
    const life: Life = {
      tenant,
      peerId,
      epoch,
      card,
      mailbox: mailbox(),
      rooms: new Set(),
      state: { phase: 'gone' },
    };
    lives.set(placeOf(tenant, peerId), life);
    return life;
  };

  /** A seat acts while its holder holds the life; afterwards it does nothing. */
  const seatOf = (life: Life, holder: SeatHolder, resumeAfter: number | undefined): Seat => {
    const holds = () => life.state.phase === 'held' && life.state.holder === holder;
    const counter = resumeAfter ?? 0;
    return {
      resumed: resumeAfter !== undefined,
      counter,
      begin() {
        if (!holds()) return;
        life.state = { phase: 'held', holder, flows: true };
        for (const event of life.mailbox.after(counter) ?? []) holder.event(event);
      },
      async join(room) {
        if (!holds()) return { ok: false, code: 'rendezvous/replaced' };
        if (!life.rooms.has(room)) {
          if (life.rooms.size >= maxRooms) return { ok: false, code: 'room/limit' };
          if (!house.enter(life.tenant, room, life, life.card)) return { ok: false, code: 'room/full' };
          life.rooms.add(room);
          const own = house.list(life.tenant, room).find(({ occupant }) => occupant === life);
          if (own) tellOthers(life, room, { t: 'member-joined', room, member: own.member });
        }
        const members = house.list(life.tenant, room).map(({ member }) => member);
        return { ok: true, value: { members, after: life.mailbox.counter } };
      },
      async leave(room) {
        if (holds()) exit(life, room);
      },
      async keepRooms(allowed) {
        for (const room of holds() ? [...life.rooms] : []) if (!allowed.has(room)) exit(life, room);
      },
      seen(upTo) {
        if (holds()) life.mailbox.seen(upTo);
      },
      async lose() {
        if (holds()) life.state = { phase: 'lost', timer: setTimeout(() => bury(life), resumeWindowMs) };
      },
      async end() {
        if (holds()) bury(life);
      },
    };
  };

  return {
    async claim(claim, holder) {
      const former = resume(claim);
      if (!former && lives.size >= maxClients) return { ok: false, code: 'rendezvous/full' };
      const life = former ?? begin(claim);
      life.state = { phase: 'held', holder, flows: false };
      return { ok: true, value: seatOf(life, holder, former && claim.resumeAfter) };
    },
    async cardOf(tenant, peer) {
      return find(tenant, peer)?.card;
    },
    async deliver(tenant, to, envelope) {
      const life = find(tenant, to);
      const event: Uncounted = { t: 'deliver', envelope };
      // A lost client's mailbox is all that is left of its flow: what does not fit would drop what was accepted.
      if (!life || (life.state.phase === 'lost' && !life.mailbox.fits(event))) return false;
      put(life, event);
      return true;
    },
    async close() {
      for (const life of lives.values()) {
        if (life.state.phase === 'lost') clearTimeout(life.state.timer);
        life.state = { phase: 'gone' };
      }
      lives.clear();
    },
  };
}

function placeOf(tenant: string, peer: PeerId): string {
  return `${peer}/${tenant}`;
}
