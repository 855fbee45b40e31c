import type { PeerId } from '@conclave/protocol';

import {
  EMPTY_ROOM,
  isMember,
  nextMembership,
  type Membership,
  type MembershipEvent,
} from '../../src/logic/membership.js';

const [alice, bob, charlie] = ['alice', 'bob', 'charlie'] as unknown as [PeerId, PeerId, PeerId];

/** Plays events; gives the membership and the effects of the last one. */
function after(...events: MembershipEvent[]) {
  let membership: Membership = EMPTY_ROOM;
  let effects: readonly object[] = [];
  for (const event of events) [membership, effects] = nextMembership(membership, event);
  return { membership, effects };
}

const list = (...peers: (PeerId | [PeerId, number])[]): MembershipEvent => ({
  type: 'list',
  members: peers.map((peer, index) =>
    typeof peer === 'string' ? { peerId: peer, order: index } : { peerId: peer[0], order: peer[1] },
  ),
});
const up = (peerId: PeerId): MembershipEvent => ({ type: 'up', peerId });
const bye = (peerId: PeerId): MembershipEvent => ({ type: 'bye', peerId });
const knock = (peerId: PeerId): MembershipEvent => ({ type: 'knock', peerId });
const failed = (peerId: PeerId, code: 'peer/lost' | 'stream/limit' = 'peer/lost'): MembershipEvent => ({
  type: 'failed',
  peerId,
  code,
});

const shown = ({ seats }: Membership) =>
  [...seats.values()].filter((seat) => seat.shown).map(({ peerId, state }) => `${peerId} ${state.phase}`);
const stay = ({ seats }: Membership, peerId: PeerId) => seats.get(peerId)?.stay;

describe('membership', () => {
  it('[E8] a list makes this end try everybody, in the order of their coming', () => {
    const { membership, effects } = after(list(alice, bob));
    expect(shown(membership)).toEqual(['alice linking', 'bob linking']);
    expect(effects).toEqual([
      { do: 'try', peerId: alice },
      { do: 'try', peerId: bob },
    ]);
  });

  it('[E8] a list that drops somebody who is present removes nobody', () => {
    const { membership } = after(list(alice, bob), up(alice), list());
    expect(shown(membership)).toEqual(['alice present']);
  });

  it('[E8] a list that drops somebody whom this end half hears removes nobody', () => {
    const { membership } = after(list(alice), { type: 'met', peerId: alice }, list());
    expect(shown(membership)).toEqual(['alice linking']);
  });

  it('[E8] a list that comes back after a restart keeps who is present, with another place', () => {
    const before = after(list(alice), up(alice)).membership;
    const { membership, effects } = after(list(alice), up(alice), list(), list([alice, 7]));
    expect(stay(membership, alice)).toBe(stay(before, alice));
    expect(effects).toEqual([]);
  });

  it('[E8] who is present and dropped by the list goes with the link', () => {
    const { membership, effects } = after(list(alice), up(alice), list(), failed(alice));
    expect(membership.seats.size).toBe(0);
    expect(effects).toEqual([]);
  });

  it('[E8] who was lost but is listed is tried again out of sight, and comes back as somebody new', () => {
    const events = [list(alice, bob), up(alice), up(bob), failed(alice)];
    const lost = after(...events);
    expect(shown(lost.membership)).toEqual(['bob present']);
    expect(lost.effects).toEqual([{ do: 'retry', peerId: alice, delayMs: 1000 }]);
    const back = after(...events, { type: 'due', peerId: alice }, up(alice));
    expect(shown(back.membership)).toEqual(['bob present', 'alice present']);
    expect(stay(back.membership, alice)).not.toBe(1);
  });

  it('[E8] who said good-bye is left alone while the list still names it', () => {
    const { membership, effects } = after(list(alice), up(alice), bye(alice), list(alice), failed(alice));
    expect(shown(membership)).toEqual([]);
    expect(effects).toEqual([]);
  });

  it('[E8] who said good-bye and is listed at another place, or plays us again, has come back', () => {
    const gone = [list(alice), up(alice), bye(alice)];
    for (const again of [list([alice, 5]), knock(alice)]) {
      const { membership, effects } = after(...gone, again);
      expect(shown(membership)).toEqual(['alice linking']);
      expect(stay(membership, alice)).toBe(2);
      expect(effects).toEqual([{ do: 'try', peerId: alice }]);
    }
  });

  it('[E8] who cannot be reached is tried again with growing pauses, up to 30 s', () => {
    let { membership } = after(list(alice));
    const delays: unknown[] = [];
    for (let i = 0; i < 7; i++) {
      const [next, [retry]] = nextMembership(membership, failed(alice));
      delays.push(retry?.do === 'retry' && retry.delayMs);
      [membership] = nextMembership(next, { type: 'due', peerId: alice });
    }
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(shown(membership)).toEqual(['alice unreachable']);
  });

  it('[E8] a knock ends a pause, but not an attempt that is under way', () => {
    expect(after(list(alice), failed(alice), knock(alice)).effects).toEqual([{ do: 'try', peerId: alice }]);
    expect(after(list(alice), failed(alice), knock(alice), knock(alice)).effects).toEqual([]);
    expect(after(list(alice), up(alice), knock(alice)).effects).toEqual([]);
  });

  it('[E8] an end that is no longer heard loses what stood, but not its attempt', () => {
    const unheard: MembershipEvent = { type: 'unheard', peerId: alice, code: 'stream/unsubscribed' };
    expect(shown(after(list(alice), unheard).membership)).toEqual(['alice linking']);
    expect(shown(after(list(alice), up(alice), unheard).membership)).toEqual([]);
  });

  it('[E6] who was refused for a limit is tried at once when somebody goes', () => {
    const refused = [list(alice, bob, charlie), up(alice), failed(bob, 'stream/limit'), failed(charlie)];
    expect(after(...refused, bye(alice)).effects).toEqual([{ do: 'try', peerId: bob }]);
  });

  it('[E8] nobody is let in whom no list has named', () => {
    expect(isMember(EMPTY_ROOM, alice)).toBe(false);
    expect(isMember(after(list(alice)).membership, alice)).toBe(true);
    expect(isMember(after(list(alice), list()).membership, alice)).toBe(false);
  });

  it('keeps its reference where nothing changed', () => {
    const { membership } = after(list(alice), up(alice));
    for (const event of [bye(bob), knock(alice), failed(charlie)]) {
      expect(nextMembership(membership, event)[0]).toBe(membership);
    }
  });
});
