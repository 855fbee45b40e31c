import type { PeerStream } from '@conclave/core';

import { Admission } from '../../src/admission.js';
import { idOf } from '../support/fake-streams.js';

const bob = { farId: idOf('bob') } as PeerStream;

/** The admission of a room in which bob is listed, and whose uplink answers when a test says so. */
function admission({ isListed = true } = {}) {
  const members = new Set(isListed ? [bob.farId] : []);
  const granted = new Set<string>();
  const knocks: string[] = [];
  const gates: { readonly answer: (yes: boolean) => void; readonly signal: AbortSignal }[] = [];
  const controller = new AbortController();
  const it = new Admission({
    isMember: (farId) => members.has(farId),
    isGranted: (farId) => granted.has(farId),
    gate: (_, signal) => new Promise<boolean>((answer) => gates.push({ answer, signal })),
    knocked: (farId) => knocks.push(farId),
  });
  return { it, members, granted, knocks, gates, controller };
}

/** What is going on has been done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate of a room', () => {
  it('[E5] asks the uplink about members only, once the list has named them', async () => {
    const { it: room, members, gates, controller, knocks } = admission({ isListed: false });
    const asking = room.control(bob, controller.signal);
    await settled();
    expect(gates).toHaveLength(0);
    members.add(bob.farId);
    room.changed();
    await settled();
    expect(gates).toMatchObject([{ signal: controller.signal }]);
    gates[0]!.answer(true);
    expect([await asking, knocks]).toEqual([true, [bob.farId]]);
  });

  it('[E5] lets nobody in whom the uplink does not carry, and calls it no knock', async () => {
    const { it: room, gates, controller, knocks } = admission();
    const asking = room.control(bob, controller.signal);
    await settled();
    gates[0]!.answer(false);
    expect([await asking, knocks]).toEqual([false, []]);
  });

  it('[E5] lets nobody in who has left the list, or has gone, while somebody decided', async () => {
    const left = admission();
    const leaving = left.it.control(bob, left.controller.signal);
    await settled();
    left.members.delete(bob.farId);
    left.gates[0]!.answer(true);
    const gone = admission();
    const going = gone.it.control(bob, gone.controller.signal);
    await settled();
    gone.controller.abort();
    gone.gates[0]!.answer(true);
    expect([await leaving, await going]).toEqual([false, false]);
    expect([...left.knocks, ...gone.knocks]).toEqual([]);
  });

  it('[E5] gives media to those who were let in, without asking again', async () => {
    const { it: room, granted, gates, controller } = admission();
    const asking = room.media(bob, controller.signal);
    await settled();
    granted.add(bob.farId);
    room.changed();
    expect([await asking, gates]).toEqual([true, []]);
  });
});
