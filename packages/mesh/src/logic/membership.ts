import type { ErrorCode, PeerId } from '@conclave/protocol';

import { retryAfterMs } from './backoff.js';
import {
  isLinked,
  nextParticipantState,
  type ParticipantEvent,
  type ParticipantState,
} from './participant-state.js';

/** Somebody whom a member list names. */
export interface Listed {
  readonly peerId: PeerId;
  /** Its place: another one means that it left and came back, or that the list was made anew. */
  readonly order: number;
}

/** What this end knows of one peer as a member of the room. */
export interface Seat {
  readonly peerId: PeerId;
  /** Names one stay in the room: who left and came back has another. */
  readonly stay: number;
  /** Its place in the member list; `undefined` while no list names it. */
  readonly order: number | undefined;
  readonly state: ParticipantState;
  /** Whether the application sees it: one that was lost is tried again out of sight. */
  readonly shown: boolean;
  /** Whether the far end has shown over a proven link that it is in the room: from then on no list removes it. */
  readonly met: boolean;
  /** Attempts in a row that came to nothing. */
  readonly failures: number;
}

/** Everybody else in the room; those shown stand in the order of their coming. */
export interface Membership {
  readonly seats: ReadonlyMap<PeerId, Seat>;
  readonly stays: number;
}

/** What happens in a room. */
export type MembershipEvent =
  /** The present member list. */
  | { readonly type: 'list'; readonly members: readonly Listed[] }
  /** One direction of the control streams stands. */
  | { readonly type: 'met'; readonly peerId: PeerId }
  /** Both directions stand, and the path is alive. */
  | { readonly type: 'up'; readonly peerId: PeerId }
  /** The path is silent, or the link is being replaced. */
  | { readonly type: 'silent'; readonly peerId: PeerId }
  /** An attempt came to nothing, or what stood has ended. */
  | { readonly type: 'failed'; readonly peerId: PeerId; readonly code: ErrorCode }
  /** It said good-bye over its link. */
  | { readonly type: 'bye'; readonly peerId: PeerId }
  /** It tries us: a pause that was still running is pointless. */
  | { readonly type: 'knock'; readonly peerId: PeerId }
  /** The pause before the next attempt is over. */
  | { readonly type: 'due'; readonly peerId: PeerId };

/** What the shell does, in this order. A seat that is no longer there needs no effect: its stay has ended. */
export type MembershipEffect =
  | { readonly do: 'try'; readonly peerId: PeerId }
  | { readonly do: 'retry'; readonly peerId: PeerId; readonly delayMs: number };

/** A room in which nobody else is known. */
export const EMPTY_ROOM: Membership = { seats: new Map(), stays: 0 };

/** Whether a peer may be let in: the list names it, and it has not just said good-bye. */
export function isMember({ seats }: Membership, peerId: PeerId): boolean {
  const seat = seats.get(peerId);
  return seat !== undefined && seat.state.phase !== 'left';
}

/** Membership adds, links remove: the next membership and what to do (DESIGN section 6). */
export function nextMembership(
  membership: Membership,
  event: MembershipEvent,
): readonly [Membership, readonly MembershipEffect[]] {
  if (event.type === 'list') return list(membership, event.members);
  const seat = membership.seats.get(event.peerId);
  if (!seat || seat.state.phase === 'left') return [membership, []];
  switch (event.type) {
    case 'met':
      return [put(membership, { ...seat, met: true }), []];
    case 'up':
      return [stand(membership, seat), []];
    case 'silent':
      return [put(membership, step(seat, { type: 'silent' })), []];
    case 'failed':
      return fail(membership, seat, event.code);
    case 'bye':
      return leave(membership, seat);
    case 'knock':
    case 'due':
      return [membership, seat.state.phase === 'unreachable' ? [{ do: 'try', peerId: seat.peerId }] : []];
  }
}

function list(
  membership: Membership,
  members: readonly Listed[],
): readonly [Membership, readonly MembershipEffect[]] {
  const places = new Map(members.map(({ peerId, order }) => [peerId, order]));
  const seats = new Map<PeerId, Seat>();
  const effects: MembershipEffect[] = [];
  let { stays } = membership;
  for (const seat of membership.seats.values()) {
    const order = places.get(seat.peerId);
    if (order === seat.order || seat.met)
      seats.set(seat.peerId, order === seat.order ? seat : { ...seat, order });
    // Named anew: whoever was out of sight is tried afresh below, in sight.
    else if (order !== undefined && seat.shown) {
      seats.set(seat.peerId, { ...seat, order });
      if (seat.state.phase === 'unreachable') effects.push({ do: 'try', peerId: seat.peerId });
    }
  }
  for (const { peerId, order } of members) {
    if (seats.has(peerId)) continue;
    const seat = {
      peerId,
      stay: ++stays,
      order,
      shown: true,
      met: false,
      failures: 0,
      state: { phase: 'listed' },
    } as const;
    seats.set(peerId, step(seat, { type: 'tried' }));
    effects.push({ do: 'try', peerId });
  }
  return [{ seats, stays }, effects];
}

function stand(membership: Membership, seat: Seat): Membership {
  const standing = { ...step(seat, { type: 'stands' }), shown: true, met: true, failures: 0 };
  if (seat.shown) return put(membership, standing);
  const seats = new Map(membership.seats);
  seats.delete(seat.peerId); // it comes now: behind those who are here
  return { ...membership, seats: seats.set(seat.peerId, standing) };
}

function fail(
  membership: Membership,
  seat: Seat,
  code: ErrorCode,
): readonly [Membership, readonly MembershipEffect[]] {
  const { peerId, order } = seat;
  if (order === undefined) return [without(membership, peerId), []];
  const failures = seat.failures + 1;
  const retry = { do: 'retry', peerId, delayMs: retryAfterMs(failures) } as const;
  if (!isLinked(seat.state)) {
    return [put(membership, { ...step(seat, { type: 'failed', code }), met: false, failures }), [retry]];
  }
  const stay = membership.stays + 1;
  const lost: Seat = {
    peerId,
    stay,
    order,
    shown: false,
    met: false,
    failures,
    state: { phase: 'unreachable', code },
  };
  const next = put({ ...membership, stays: stay }, lost);
  return [next, [retry, ...freed(next, peerId)]];
}

function leave(membership: Membership, seat: Seat): readonly [Membership, readonly MembershipEffect[]] {
  const { peerId, order } = seat;
  const left = { ...step(seat, { type: 'gone' }), shown: false, met: false };
  const next = order === undefined ? without(membership, peerId) : put(membership, left);
  return [next, isLinked(seat.state) ? freed(next, peerId) : []];
}

/** Somebody has gone, who may have taken the place that another one was refused. */
function freed({ seats }: Membership, gone: PeerId): MembershipEffect[] {
  return [...seats.values()].flatMap(({ peerId, state }) =>
    peerId !== gone && state.phase === 'unreachable' && state.code === 'stream/limit'
      ? [{ do: 'try', peerId }]
      : [],
  );
}

function step(seat: Seat, event: ParticipantEvent): Seat {
  const state = nextParticipantState(seat.state, event);
  return state === seat.state ? seat : { ...seat, state };
}

function put(membership: Membership, seat: Seat): Membership {
  if (membership.seats.get(seat.peerId) === seat) return membership;
  return { ...membership, seats: new Map(membership.seats).set(seat.peerId, seat) };
}

function without(membership: Membership, peerId: PeerId): Membership {
  const seats = new Map(membership.seats);
  seats.delete(peerId);
  return { ...membership, seats };
}
