import type { PeerId } from '@conclave/protocol';
import fc from 'fast-check';

import { World } from '../support/world.js';

const NAMES = ['alice', 'bob', 'charlie', 'dora', 'erik', 'frida'] as unknown as PeerId[];
const name = fc.constantFrom(...NAMES);
const act = fc.oneof(
  fc.record({ do: fc.constant('join' as const), who: name }),
  fc.record({ do: fc.constant('leave' as const), who: name }),
  fc.record({ do: fc.constant('crash' as const), who: name }),
  fc.record({ do: fc.constant('cut' as const), who: name, other: name }),
  fc.record({ do: fc.constant('restart' as const) }),
  fc.record({ do: fc.constant('run' as const), steps: fc.nat(40) }),
);

function play(world: World, what: typeof act extends fc.Arbitrary<infer Act> ? Act : never): void {
  if (what.do === 'run') world.run(what.steps);
  else if (what.do === 'restart') world.restart();
  else if (what.do === 'cut') world.cut(what.who, what.other);
  else if (what.do === 'join' && world.inside.some((peer) => peer.name === what.who)) return;
  else world[what.do](what.who);
}

function report(world: World) {
  return Object.fromEntries(
    world.inside.map((peer) => [
      peer.name,
      [...peer.membership.seats.values()].map(
        (seat) => `${seat.peerId} ${seat.state.phase} ${seat.shown ? '' : '(hidden)'}`,
      ),
    ]),
  );
}

describe('a room of virtual peers', () => {
  it('[E8] joins, leaves, crashes, cuts and restarts in any order converge to the same list everywhere', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40, size: 'max' }), fc.integer(), (acts, seed) => {
        const world = new World(seed);
        for (const one of acts) play(world, one);
        const settled = world.settle();
        if (settled && world.inside.every((peer) => world.isComplete(peer))) return;
        throw new Error(JSON.stringify({ settled, seats: report(world) }, null, 1));
      }),
      { numRuns: 2000 },
    );
  });

  it('[E8] fifty peers who join at once all see each other', () => {
    const world = new World(7);
    for (let i = 0; i < 50; i++) world.join(`peer ${i}` as PeerId);
    expect(world.settle()).toBe(true);
    expect(world.inside.filter((peer) => !world.isComplete(peer))).toEqual([]);
  });
});
