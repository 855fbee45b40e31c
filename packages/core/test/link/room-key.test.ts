import { mayCarry, type RoomKey } from '../../src/link/room-key.js';

const roomKey = (id: string): RoomKey => ({ id, prove: async () => new Uint8Array(32) });

test.each([
  ['what belongs to no room', [], undefined, true],
  ['a stream of a room that was proven', ['tea', 'coffee'], 'tea', true],
  ['no stream of a room where none was proven', [], 'tea', false],
  ['no stream of a room where another one was proven', ['coffee'], 'tea', false],
] as const)('[B2] a link carries %s', (_, proven, room, expected) => {
  expect(mayCarry(new Set(proven), { roomKey: room && roomKey(room) })).toBe(expected);
});
