import type { ErrorCode } from '@conclave/protocol';

import { MAX_UNCONNECTED, UNCONNECTED_LIFETIME_MS } from '../../src/logic/play-request.js';
import type { PeerSubscription } from '../../src/streams/peer-stream.js';
import { WaitingRoom } from '../../src/streams/unconnected.js';

/** What a waiting room uses of a subscription. */
function play(farId: string, stream: string) {
  const ends: ErrorCode[] = [];
  let said = 0;
  const subscription = {
    farId,
    play: { request: 1, stream },
    end: (code: ErrorCode) => ends.push(code),
    sayAgain: () => (said += 1),
  } as unknown as PeerSubscription;
  return { subscription, ends, said: () => said };
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

test('[C6] a play of a name that nobody publishes is listed with its peer, and told that it waits', () => {
  const room = new WaitingRoom();
  const bob = play('bob', 'camera');
  room.add(bob.subscription);
  expect(room.list.get()).toEqual([{ farId: 'bob', name: 'camera' }]);
  expect(bob.said()).toBe(1);
  expect(bob.ends).toEqual([]);
});

test('[C6] those who wait for a name are taken out in the order of their coming, others stay', () => {
  const room = new WaitingRoom();
  const [bob, charlie, other] = [play('bob', 'camera'), play('charlie', 'camera'), play('bob', 'screen')];
  for (const { subscription } of [charlie, other, bob]) room.add(subscription);
  expect(room.take('camera')).toEqual([charlie.subscription, bob.subscription]);
  expect(room.list.get()).toEqual([{ farId: 'bob', name: 'screen' }]);
  expect(room.take('camera')).toEqual([]);
});

test('[C6] a peer may let 8 plays wait; the ninth is told stream/limit, and another peer may wait', () => {
  const room = new WaitingRoom();
  const plays = Array.from({ length: 9 }, (_, index) => play('bob', `stream ${index}`));
  for (const { subscription } of plays) room.add(subscription);
  expect(plays.map(({ ends }) => ends.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1]);
  expect(plays[8]!.ends).toEqual(['stream/limit']);
  const charlie = play('charlie', 'camera');
  room.add(charlie.subscription);
  expect(charlie.ends).toEqual([]);
  expect(room.list.get()).toHaveLength(9);
});

test('[C6] 64 plays wait over all peers, and no more', () => {
  const room = new WaitingRoom();
  for (let i = 0; i < MAX_UNCONNECTED; i += 1) room.add(play(`peer ${i}`, 'camera').subscription);
  const late = play('late', 'camera');
  room.add(late.subscription);
  expect(late.ends).toEqual(['stream/limit']);
  expect(room.list.get()).toHaveLength(64);
});

test('[C6] a play waits for 60 s, then it has expired and its place is free', () => {
  const room = new WaitingRoom();
  const bob = play('bob', 'camera');
  room.add(bob.subscription);
  jest.advanceTimersByTime(UNCONNECTED_LIFETIME_MS - 1);
  expect(bob.ends).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(bob.ends).toEqual(['stream/expired']);
  expect(room.list.get()).toEqual([]);
  expect(UNCONNECTED_LIFETIME_MS).toBe(60_000);
});

test('[C6] a play that was taken out, or whose peer has gone, never expires', () => {
  const room = new WaitingRoom();
  const [bob, charlie] = [play('bob', 'camera'), play('charlie', 'screen')];
  room.add(bob.subscription);
  room.add(charlie.subscription);
  room.take('camera');
  room.remove(charlie.subscription);
  room.remove(charlie.subscription);
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(2 * UNCONNECTED_LIFETIME_MS);
  expect([...bob.ends, ...charlie.ends]).toEqual([]);
});

test('[F4] the list is the same object until it changes', () => {
  const room = new WaitingRoom();
  let changes = 0;
  room.list.subscribe(() => (changes += 1));
  const before = room.list.get();
  room.remove(play('bob', 'camera').subscription);
  room.take('camera');
  expect(room.list.get()).toBe(before);
  expect(changes).toBe(0);
});
