import { encodeValue, decodeValue } from '@conclave/protocol';
import fc from 'fast-check';

import { readAnnouncement } from '../src/logic/announcement.js';
import type { Participant } from '../src/participant.js';
import { RoomHandlers } from '../src/room-handlers.js';
import { FakeIncoming, idOf } from './support/fake-streams.js';

/** As many as row B9 names. */
const RUNS = 100_000;
const LIMIT_MS = 60_000;

const NAMES = ['__proto__', 'constructor', 'prototype', 'close', 'hello', 'bye', 'toString', 'leave', 'chat'];

test('[B9] an application that registers any name at all gets no message of the room, and the room none of its own', () => {
  const handlers = new RoomHandlers();
  const line = new FakeIncoming();
  handlers.add(line.stream, { id: idOf('alice') } as Participant);
  const heard: string[] = [];
  for (const name of NAMES) {
    handlers.handle(name, () => heard.push(name));
    handlers.respond(name, () => 'secret');
  }
  for (const name of NAMES) {
    line.call(name, 'evil'); // as they stand on the wire: the room's own
    expect(line.ask(name, 'evil')).toBe('nobody');
  }
  expect(heard).toEqual([]);
  for (const name of NAMES) line.call(`app:${name}`, 'good');
  expect(heard).toEqual(NAMES);
  expect(line.names.every((name) => name.startsWith('app:'))).toBe(true);
});

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.string({ maxLength: 60 }),
    fc.constantFrom('__proto__', 'constructor', 'a/b', '', '../', 'x'.repeat(51), '\ud800'),
    fc.uint8Array({ maxLength: 1_500 }),
    fc.date({ noInvalidDate: true }),
    fc.array(tie('any'), { maxLength: 7 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('any'), { maxKeys: 4 }),
  ),
})).any;

test(
  '[B9] 100,000 announcements of anything: none throws, and what is taken is at most 1 KiB and five names of streams',
  () => {
    const seen = { taken: 0, refused: 0 };
    const names = fc.array(
      fc.oneof({ arbitrary: fc.string({ minLength: 1, maxLength: 12 }), weight: 9 }, value),
      { maxLength: 6 },
    );
    const said = fc.oneof(fc.tuple(value, names), fc.array(value, { maxLength: 4 }));
    fc.assert(
      fc.property(said, (args) => {
        const announcement = readAnnouncement(args);
        if (!announcement) {
          seen.refused += 1;
          return;
        }
        seen.taken += 1;
        const { encoded, streams } = announcement;
        if (encoded.byteLength > 1024 || streams.length > 5) throw new Error('too much was taken');
        if (streams.some((name) => name === '' || name.length > 50 || name.includes('/')))
          throw new Error('a name that can leave the room');
        if (!decodeValue(encoded, 1024).ok) throw new Error('what was taken cannot be said again');
      }),
      { seed: 2026, numRuns: RUNS },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(1_000);
  },
  LIMIT_MS,
);

test('[B9] metadata as deep as the wire allows is taken or refused whole, and deeper is refused', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  for (let depth = 0; depth < 40; depth += 1) {
    const announcement = readAnnouncement([nested(depth), []]);
    expect(announcement === undefined).toBe(!encodeValue(nested(depth)).ok);
  }
  expect(readAnnouncement([nested(2_000), []])).toBeUndefined();
});
