import type { PeerId, PeerStream } from '@conclave/core';

import type { UplinkChange } from '../../src/logic/uplink/changes.js';
import { planUplink } from '../../src/logic/uplink/plan.js';
import { RoomUplinkPart } from '../../src/uplink/room-uplink.js';
import { holdControl } from '../../src/uplink/shared-control.js';
import { UNGOVERNED } from '../../src/uplink/senders.js';
import { checkUplink, type UplinkOptions } from '../../src/uplink/uplink-options.js';
import { idOf } from '../support/fake-streams.js';
import { FakeUplink, sampleOf } from '../support/fake-uplink.js';

const parts: RoomUplinkPart[] = [];
const coded = (code: string) => expect.objectContaining({ code });
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A room over an uplink, and who is let into it. */
function roomOver(uplink: FakeUplink, options: UplinkOptions | 'off') {
  const here = new Set<PeerId>();
  const part = new RoomUplinkPart(uplink.connection, options, () => here);
  parts.push(part);
  const asks = async (name: string, signal = new AbortController().signal) =>
    part.gate({ farId: idOf(name) } as PeerStream, signal);
  /** Asks as core does, and plays where it is let in. */
  const comes = async (name: string, kinds?: readonly ('audio' | 'video')[]) => {
    if (!(await asks(name))) return false;
    here.add(idOf(name));
    uplink.join(name, kinds);
    part.changed();
    await pass(100);
    return true;
  };
  const goes = async (name: string) => {
    here.delete(idOf(name));
    uplink.leave(name);
    part.changed();
    await pass(100);
  };
  return { part, here, asks, comes, goes };
}

/** The least capacity, by 2 kbit/s, at which so many are heard. */
function audioFor(count: number): number {
  const subscribers = NAMES.slice(0, count).map((farId) => ({ farId, audioStreams: 1, videos: [] }));
  let capacityBps = 10_000;
  while (!planUplink({ capacityBps, subscribers }).audioSafe) capacityBps += 2_000;
  return capacityBps;
}

const NAMES = ['bob', 'charlie', 'dora', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy'];

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] }));
afterEach(() => {
  for (const part of parts.splice(0)) part.release();
  jest.useRealTimers();
});

describe('a room that is full', () => {
  it('[E5] by default lets somebody in while everybody is heard, though pictures get smaller', async () => {
    const room = roomOver(new FakeUplink(), { capacityBps: 1_000_000 });
    for (const name of ['bob', 'charlie', 'dora', 'erin']) expect(await room.comes(name)).toBe(true);
    await pass(2_000);
    expect(room.part.face.wouldFit().fits).toBe('degraded');
    expect(await room.asks('frank')).toBe(true);
  });

  it('[E5] by default lets nobody in whose coming would cost somebody audio', async () => {
    const room = roomOver(new FakeUplink(), { capacityBps: audioFor(3) });
    const answers: boolean[] = [];
    for (const name of NAMES.slice(0, 6)) answers.push(await room.comes(name));
    expect(answers).toEqual([true, true, true, false, false, false]);
    expect(room.part.face.wouldFit()).toEqual({ fits: 'no', why: 'audio' });
    expect(room.part.face.capacity.get()).toEqual({ now: 3, limit: 3, bound: 'uplink' });
  });

  it('[E5] that refuses lets nobody in who would take something from a picture', async () => {
    const room = roomOver(new FakeUplink(), { capacityBps: 1_000_000, whenFull: 'refuse' });
    expect(await room.comes('bob')).toBe(true);
    await pass(2_000);
    expect(room.part.face.wouldFit().fits).toBe('degraded');
    expect(await room.comes('charlie')).toBe(false);
  });

  it('[E5] that refuses lets in who costs nobody anything', async () => {
    const room = roomOver(new FakeUplink(), { capacityBps: 100_000_000, whenFull: 'refuse' });
    for (const name of NAMES.slice(0, 8)) expect(await room.comes(name)).toBe(true);
  });

  it('[E6] lets in the 6th and the 8th of 8, and not the 9th', async () => {
    const room = roomOver(new FakeUplink(8), { capacityBps: 100_000_000 });
    for (const name of NAMES.slice(0, 8)) expect(await room.comes(name)).toBe(true);
    expect(await room.comes('judy')).toBe(false);
    expect(room.part.face.wouldFit()).toEqual({ fits: 'no', why: 'limit' });
  });

  it('[E5] lets a peer back in that is still counted', async () => {
    const room = roomOver(new FakeUplink(3), { capacityBps: audioFor(3) });
    for (const name of ['bob', 'charlie', 'dora']) expect(await room.comes(name)).toBe(true);
    expect(await room.asks('erin')).toBe(false);
    expect(await room.asks('charlie')).toBe(true);
    await room.goes('charlie');
    expect(await room.comes('charlie')).toBe(true);
  });

  it('[E5] counts those who come at the same time, before any of them is sent anything', async () => {
    const room = roomOver(new FakeUplink(), { capacityBps: audioFor(3) });
    expect(await room.comes('bob')).toBe(true);
    const answers = await Promise.all(['charlie', 'dora', 'erin', 'frank'].map((name) => room.asks(name)));
    expect(answers).toEqual([true, true, false, false]);
  });

  it('[E5] keeps no place for who was refused', async () => {
    const room = roomOver(new FakeUplink(), { capacityBps: audioFor(3) });
    for (const name of ['bob', 'charlie', 'dora']) expect(await room.comes(name)).toBe(true);
    await pass(6_000); // long after they came
    expect(await room.asks('erin')).toBe(false);
    await room.goes('charlie');
    expect(await room.asks('frank')).toBe(true);
  });

  it('[E5] lets everybody in to whom nothing is sent, and while nothing is known', async () => {
    const silent = roomOver(new FakeUplink(), { capacityBps: 20_000, whenFull: 'refuse' });
    for (const name of ['bob', 'charlie', 'dora']) expect(await silent.comes(name, [])).toBe(true);
    const unknown = roomOver(new FakeUplink(), { whenFull: 'refuse' });
    for (const name of ['bob', 'charlie', 'dora']) expect(await unknown.comes(name)).toBe(true);
  });
});

describe('a room that asks', () => {
  it('[E5] asks about who would cost something, with the fit, and about nobody else', async () => {
    const asked: unknown[] = [];
    const ask: UplinkOptions['ask'] = (newcomer, fit, { aborted }) => {
      asked.push({ ...newcomer, fits: fit.fits, aborted });
      return newcomer.id === idOf('dora');
    };
    const room = roomOver(new FakeUplink(), { capacityBps: 1_000_000, whenFull: 'ask', ask });
    expect(await room.comes('bob')).toBe(true);
    expect(asked).toEqual([]);
    await pass(6_000);
    expect(await room.comes('charlie')).toBe(false);
    await pass(6_000);
    expect(await room.comes('dora')).toBe(true);
    expect(asked).toEqual([
      { id: idOf('charlie'), fits: 'degraded', aborted: false },
      { id: idOf('dora'), fits: 'degraded', aborted: false },
    ]);
  });

  it('[E5] is told when the answer no longer matters, and takes only true for yes', async () => {
    let heard = false;
    const ask: UplinkOptions['ask'] = (_, __, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          heard = true;
          resolve('yes' as unknown as boolean);
        }),
      );
    const room = roomOver(new FakeUplink(), { capacityBps: audioFor(3), whenFull: 'ask', ask });
    for (const name of ['bob', 'charlie', 'dora']) await room.comes(name, ['audio']);
    const controller = new AbortController();
    const asking = room.asks('erin', controller.signal);
    await pass(10);
    controller.abort();
    expect([heard, await asking]).toEqual([true, false]);
  });

  it('[E5] refuses where the application throws, and reports what it threw', async () => {
    const failure = new Error('no opinion');
    const reported: unknown[] = [];
    const queue = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => {
      try {
        run();
      } catch (error) {
        reported.push(error);
      }
    });
    const ask: UplinkOptions['ask'] = async () => {
      throw failure;
    };
    const room = roomOver(new FakeUplink(), { capacityBps: 1_000_000, whenFull: 'ask', ask });
    await room.comes('bob');
    await pass(2_000);
    expect(await room.asks('charlie')).toBe(false);
    queue.mockRestore();
    expect(reported).toEqual([failure]);
  });
});

describe('what a room says', () => {
  it('[E5] counts who is here, and names the lower bound', async () => {
    const uplink = new FakeUplink(4);
    const room = roomOver(uplink, { capacityBps: 100_000_000 });
    const seen: number[] = [];
    room.part.face.capacity.subscribe(() => seen.push(room.part.face.capacity.get().now));
    expect(room.part.face.capacity.get()).toEqual({ now: 0, limit: 4, bound: 'maxPeerConnections' });
    await room.comes('bob');
    await room.comes('charlie');
    await room.goes('bob');
    expect(seen).toEqual([1, 2, 1]);
    expect(room.part.face.wouldFit(3)).toEqual({ fits: 'yes' });
    expect(room.part.face.wouldFit(4)).toEqual({ fits: 'no', why: 'limit' });
  });

  it('[E5] follows the uplink once it is known', async () => {
    const uplink = new FakeUplink(8);
    const room = roomOver(uplink, {});
    await room.comes('bob');
    expect(room.part.face.capacity.get().bound).toBe('maxPeerConnections');
    uplink.sample = () => [sampleOf('bob', 60_000)];
    await pass(600);
    expect(room.part.face.capacity.get()).toMatchObject({ now: 1, bound: 'uplink' });
    expect(room.part.face.capacity.get().limit).toBeLessThan(8);
  });

  it('[E4] is told of changes only in rooms in which that peer is, until the listener has gone', async () => {
    const uplink = new FakeUplink();
    const [garden, cellar] = [
      roomOver(uplink, { capacityBps: 1_000_000 }),
      roomOver(uplink, { capacityBps: 1_000_000 }),
    ];
    const heard: [string, UplinkChange][] = [];
    const unsubscribe = garden.part.face.onUplinkChange((change) => heard.push(['garden', change]));
    cellar.part.face.onUplinkChange((change) => heard.push(['cellar', change]));
    await garden.comes('bob');
    await pass(3_000);
    await cellar.comes('charlie');
    await pass(3_000);
    expect(heard).toMatchObject([['garden', { farId: idOf('bob'), change: 'degraded' }]]);
    await cellar.goes('charlie');
    await pass(3_000);
    expect(heard[1]).toMatchObject(['garden', { farId: idOf('bob'), change: 'restored' }]);
    unsubscribe();
    await cellar.comes('charlie');
    await pass(3_000);
    expect(heard).toHaveLength(2);
  });
});

describe('rooms of one connection', () => {
  it('[E1] share one plan, and the last one that is left gives everything back', async () => {
    const uplink = new FakeUplink();
    const [garden, cellar] = [
      roomOver(uplink, { capacityBps: 1_000_000 }),
      roomOver(uplink, { capacityBps: 1_000_000 }),
    ];
    await garden.comes('bob');
    await cellar.comes('charlie');
    expect(garden.part.face.uplink.get()).toBe(cellar.part.face.uplink.get());
    expect(garden.part.face.uplink.get().subscribers).toHaveLength(2);
    cellar.part.release();
    cellar.part.release();
    await pass(100);
    expect(uplink.opening).toBeDefined();
    expect(uplink.pacer).toBeDefined();
    garden.part.release();
    await pass(100);
    expect([uplink.opening, uplink.pacer, uplink.listening]).toEqual([undefined, undefined, 0]);
    expect(uplink.of('bob', 'video').encoding).toEqual(UNGOVERNED);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('[E1] may not state different capacities: the second is refused, and leaves nothing behind', async () => {
    const uplink = new FakeUplink();
    const garden = roomOver(uplink, { capacityBps: 1_000_000 });
    const { pacer, opening } = uplink;
    expect(() => roomOver(uplink, { capacityBps: 2_000_000 })).toThrow(coded('usage/invalid-argument'));
    expect([uplink.pacer, uplink.opening, uplink.listening]).toEqual([pacer, opening, 1]);
    garden.part.release();
    expect([uplink.pacer, uplink.opening, uplink.listening]).toEqual([undefined, undefined, 0]);
    const again = holdControl(uplink.connection, 2_000_000);
    expect(again.control.state.get().capacityBps).toBe(2_000_000);
    again.release();
  });

  it('[E1] take what another has stated where they state nothing, but not the other way round', () => {
    const stated = new FakeUplink();
    roomOver(stated, { capacityBps: 1_000_000 });
    expect(roomOver(stated, {}).part.face.uplink.get()).toMatchObject({
      capacityBps: 1_000_000,
      source: 'stated',
    });
    const unstated = new FakeUplink();
    roomOver(unstated, {});
    expect(() => roomOver(unstated, { capacityBps: 1_000_000 })).toThrow(coded('usage/invalid-argument'));
  });
});

describe("a room with uplink 'off'", () => {
  it('[E1] governs nothing, knows nothing, and lets in as many as the connection takes', async () => {
    const uplink = new FakeUplink(2);
    const room = roomOver(uplink, 'off');
    expect([uplink.opening, uplink.pacer, uplink.listening]).toEqual([undefined, undefined, 0]);
    expect(await room.comes('bob')).toBe(true);
    await pass(3_000);
    expect(uplink.of('bob', 'video').encoding).toEqual({});
    expect([uplink.sampledAtMs, uplink.probed, uplink.sounded]).toEqual([[], [], []]);
    expect(room.part.face.uplink.get()).toMatchObject({ subscribers: [], source: 'assumed' });
    expect(await room.part.face.probeUplink()).toBeUndefined();
    expect(room.part.face.wouldFit()).toEqual({ fits: 'yes' });
    expect(await room.comes('charlie')).toBe(true);
    expect(room.part.face.capacity.get()).toEqual({ now: 2, limit: 2, bound: 'maxPeerConnections' });
    expect(await room.comes('dora')).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('options', () => {
  it.each<[string, unknown]>([
    ['a capacity that is no number', { capacityBps: NaN }],
    ['a capacity in kbit/s', { capacityBps: 1_000 }],
    ['a capacity below nothing', { capacityBps: -1_000_000 }],
    ['an endless capacity', { capacityBps: Infinity }],
    ['an unknown policy', { whenFull: 'maybe' }],
    ['ask without a function', { whenFull: 'ask' }],
    ['a function without ask', { ask: () => true }],
  ])('[E5] %s is refused', (_, options) => {
    expect(() => checkUplink(options as UplinkOptions)).toThrow(coded('usage/invalid-argument'));
  });

  it('[E5] that are sensible are taken as they are', () => {
    const options = { capacityBps: 1_000_000, whenFull: 'ask', ask: () => true } as const;
    expect(checkUplink(options)).toBe(options);
    expect(checkUplink('off')).toBe('off');
    expect(checkUplink({})).toEqual({});
  });
});
