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
  /** Whether an attempt is under way, or has succeeded: another one beside it would end it. */
  readonly trying: boolean;
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
  /** An attempt came to nothing, or what this end heard has ended. */
  | { readonly type: 'failed'; readonly peerId: PeerId; readonly code: ErrorCode }
  /**
   * The far end hears this end no longer. That ends what stood, but no attempt: the far end may have begun a new one, and
   * two ends that answer each other's ends with ends of their own would never meet.
   */
  | { readonly type: 'unheard'; readonly peerId: PeerId; readonly code: ErrorCode }
  /** It said good-bye over its link. */
  | { readonly type: 'bye'; readonly peerId: PeerId }
  /** It tries us: a pause that was still running is pointless, and who had said good-bye has come back. */
  | { readonly type: 'knock'; readonly peerId: PeerId }
  /** The pause before the next attempt is over. */
  | { readonly type: 'due'; readonly peerId: PeerId };

/** What the shell does, in this order. A seat that is no longer there needs no effect: its stay has ended. */
export type MembershipEffect =
  | { readonly do: 'try'; readonly peerId: PeerId }
  | { readonly do: 'retry'; readonly peerId: PeerId; readonly delayMs: number };

/** A room in which nobody else is known. */
export const EMPTY_ROOM: Membership = { seats: new Map(), stays: 0 };

/** Whether a peer may be let in: the list names it, or it was met. */
export function isMember({ seats }: Membership, peerId: PeerId): boolean {
  return seats.has(peerId);
}

/** Membership adds, links remove: the next membership and what to do (DESIGN section 6). */
export function nextMembership(
  membership: Membership,
  event: MembershipEvent,
): readonly [Membership, readonly MembershipEffect[]] {
  if (event.type === 'list') return list(membership, event.members);
  const seat = membership.seats.get(event.peerId);
  if (!seat) return [membership, []];
  if (seat.state.phase === 'left') {
    return event.type === 'knock' ? welcome(without(membership, seat.peerId), [seat]) : [membership, []];
  }
  switch (event.type) {
    case 'met':
      return [put(membership, { ...seat, met: true }), []];
    case 'up':
      return [stand(membership, seat), []];
    case 'silent':
      return [put(membership, step(seat, { type: 'silent' })), []];
    case 'failed':
      return fail(membership, seat, event.code);
    case 'unheard':
      return isLinked(seat.state) ? fail(membership, seat, event.code) : [membership, []];
    case 'bye':
      return leave(membership, seat);
    case 'knock':
    case 'due':
      return attempt(membership, seat.trying ? [] : [seat.peerId]);
  }
}

function list(
  membership: Membership,
  members: readonly Listed[],
): readonly [Membership, readonly MembershipEffect[]] {
  const places = new Map(members.map(({ peerId, order }) => [peerId, order]));
  const seats = new Map<PeerId, Seat>();
  const again: PeerId[] = [];
  for (const seat of membership.seats.values()) {
    const order = places.get(seat.peerId);
    if (order === seat.order || seat.met) {
      seats.set(seat.peerId, order === seat.order ? seat : { ...seat, order });
    } else if (order !== undefined && seat.shown) {
      seats.set(seat.peerId, { ...seat, order });
      if (!seat.trying) again.push(seat.peerId);
    } // named anew while out of sight: welcomed afresh, in sight
  }
  const [tried, effects] = attempt({ ...membership, seats }, again);
  const [next, more] = welcome(
    tried,
    members.filter(({ peerId }) => !seats.has(peerId)),
  );
  return [next, [...effects, ...more]];
}

/** Gives seats to those who come, in this order, and tries them. */
function welcome(
  membership: Membership,
  comers: readonly { readonly peerId: PeerId; readonly order: number | undefined }[],
): readonly [Membership, readonly MembershipEffect[]] {
  const seats = new Map(membership.seats);
  let { stays } = membership;
  for (const { peerId, order } of comers) {
    const unseen = { shown: true, met: false, trying: false, failures: 0 };
    seats.set(peerId, { peerId, stay: ++stays, order, state: { phase: 'listed' }, ...unseen });
  }
  return attempt(
    { seats, stays },
    comers.map(({ peerId }) => peerId),
  );
}

/** Begins an attempt with each of these peers. */
function attempt(
  membership: Membership,
  peerIds: readonly PeerId[],
): readonly [Membership, readonly MembershipEffect[]] {
  let next = membership;
  for (const peerId of peerIds) {
    const seat = next.seats.get(peerId);
    if (seat) next = put(next, { ...step(seat, { type: 'tried' }), trying: true });
  }
  return [next, peerIds.map((peerId) => ({ do: 'try', peerId }))];
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
    const failed = { ...step(seat, { type: 'failed', code }), met: false, trying: false, failures };
    return [put(membership, failed), [retry]];
  }
  const stay = membership.stays + 1;
  const unseen = { shown: false, met: false, trying: false, failures };
  const lost: Seat = { peerId, stay, order, state: { phase: 'unreachable', code }, ...unseen };
  const [next, effects] = fillPlace(put({ ...membership, stays: stay }, lost), peerId);
  return [next, [retry, ...effects]];
}

function leave(membership: Membership, seat: Seat): readonly [Membership, readonly MembershipEffect[]] {
  const { peerId, order } = seat;
  const left = { ...step(seat, { type: 'gone' }), shown: false, met: false };
  const next = order === undefined ? without(membership, peerId) : put(membership, left);
  return isLinked(seat.state) ? fillPlace(next, peerId) : [next, []];
}

/** Somebody has gone, whose place at either end may be what another one was refused for: no need to wait longer. */
function fillPlace(membership: Membership, gone: PeerId): readonly [Membership, readonly MembershipEffect[]] {
  const refused = [...membership.seats.values()].filter(
    ({ peerId, state, trying }) =>
      peerId !== gone && !trying && state.phase === 'unreachable' && state.code === 'stream/limit',
  );
  return attempt(
    membership,
    refused.map(({ peerId }) => peerId),
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
