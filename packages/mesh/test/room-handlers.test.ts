import type { FileOffer } from '@conclave/core';

import type { Participant } from '../src/participant.js';
import { RoomHandlers } from '../src/room-handlers.js';
import { FakeIncoming, idOf } from './support/fake-streams.js';

const alice = { id: idOf('alice') } as Participant;
const bob = { id: idOf('bob') } as Participant;
const offer = { name: 'a.txt' } as FileOffer;

describe('what an application does with what participants send', () => {
  it('[C9] it hears of those who came before it registered and of those who came after', () => {
    const handlers = new RoomHandlers();
    const [early, late] = [new FakeIncoming('alice'), new FakeIncoming('bob')];
    const heard: unknown[] = [];
    handlers.add(early.stream, alice);
    handlers.handle('chat', (from, ...args) => heard.push([from, ...args]));
    handlers.respond('name', (from) => `asked by ${from.id[0]}`);
    handlers.onFile((from, file) => heard.push([from, file]));
    handlers.add(late.stream, bob);
    for (const [line, letter] of [
      [early, 'a'],
      [late, 'b'],
    ] as const) {
      expect(line.call('app:chat', 'hello')).toBe(true);
      expect(line.ask('app:name')).toBe(`asked by ${letter}`);
      expect(line.offer(offer)).toBe(1);
    }
    expect(heard).toEqual([
      [alice, 'hello'],
      [alice, offer],
      [bob, 'hello'],
      [bob, offer],
    ]);
  });

  it('[C9] who is taken off the list is heard no more: nothing is registered on its stream', () => {
    const handlers = new RoomHandlers();
    const line = new FakeIncoming();
    handlers.handle('chat', () => undefined);
    handlers.respond('name', () => 'alice');
    handlers.onFile(() => undefined);
    const off = handlers.add(line.stream, alice);
    off();
    handlers.handle('more', () => undefined);
    expect(line.names).toEqual([]);
    expect(line.ask('app:name')).toBe('nobody');
    expect(line.offer(offer)).toBe(0);
  });

  it('[C9] what is registered no more is called no more, at nobody', () => {
    const handlers = new RoomHandlers();
    const lines = [new FakeIncoming('alice'), new FakeIncoming('bob')];
    handlers.add(lines[0]!.stream, alice);
    const offs = [
      handlers.handle('chat', () => undefined),
      handlers.respond('name', () => 'alice'),
      handlers.onFile(() => undefined),
    ];
    for (const off of offs) off();
    handlers.add(lines[1]!.stream, bob);
    for (const line of lines) {
      expect(line.call('app:chat')).toBe(false);
      expect(line.ask('app:name')).toBe('nobody');
      expect(line.offer(offer)).toBe(0);
    }
  });

  it('[C9] one name has one responder at a time, with nobody there too', () => {
    const handlers = new RoomHandlers();
    const refused = expect.objectContaining({ code: 'usage/invalid-argument' });
    const off = handlers.respond('name', () => 'first');
    expect(() => handlers.respond('name', () => 'second')).toThrow(refused);
    off();
    handlers.respond('name', () => 'second');
    off(); // ended before: takes away nobody else's
    expect(() => handlers.respond('name', () => 'third')).toThrow(refused);
    const line = new FakeIncoming();
    handlers.add(line.stream, alice);
    expect(line.ask('app:name')).toBe('second');
  });

  it('[C9] a handler that leaves while it is called for what waited leaves nothing behind', () => {
    const handlers = new RoomHandlers();
    const line = new FakeIncoming();
    const off = handlers.add(line.stream, alice);
    const { handle } = line.stream;
    // As core does: what waits for a name is handed over while its handler is being registered.
    Object.assign(line.stream, {
      handle: (...args: Parameters<typeof handle>) => {
        const stop = handle(...args);
        line.call(args[0]);
        return stop;
      },
    });
    handlers.handle('chat', () => off());
    expect(line.names).toEqual([]);
  });
});
