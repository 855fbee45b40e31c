import type { Connection, Link, PeerStream, PeerStreamStats } from '@conclave/core';

import { FarParticipant, type FarDoors, type FarListener } from '../src/far-participant.js';
import { QUALITY_INTERVAL_MS } from '../src/limits.js';
import { QualityWatch } from '../src/quality-watch.js';
import { FakeIncoming, idOf } from './support/fake-streams.js';

const tells: FarListener = {
  control: () => undefined,
  row: () => undefined,
  bye: () => undefined,
  failed: () => undefined,
};

/** Bob, one camera each way, and a watch over him. */
function watching() {
  const path = { rttMs: 40 as number | undefined, fails: false, asked: 0 };
  const sent = {
    lossRatio: undefined as number | undefined,
    limitation: undefined as 'bandwidth' | undefined,
  };
  const camera = new FakeIncoming('bob');
  const lines = [new FakeIncoming('bob'), camera];
  const doors = {
    connection: { play: () => lines.shift()!.stream } as unknown as Connection,
    published: ['camera'],
    room: 'garden',
    handlers: { add: () => () => undefined },
    autoPlay: () => true,
  } as unknown as FarDoors;
  const bob = new FarParticipant(idOf('bob'), doors, tells);
  bob.setLink({
    farId: idOf('bob'),
    stats: async () => {
      path.asked += 1;
      if (path.fails) throw new Error('closed');
      return { rttMs: path.rttMs };
    },
  } as unknown as Link);
  bob.attempt(0);
  let participants = [bob];
  const outgoing = {
    stats: async () => ({ audio: { lossRatio: sent.lossRatio }, video: { limitation: sent.limitation } }),
  } as unknown as PeerStream & { stats(): Promise<PeerStreamStats> };
  const watch = new QualityWatch({ participants: () => participants, sentTo: () => [outgoing] });
  const quality = () => bob.participant.quality.get();
  const stands = (phase: 'present' | 'interrupted' | 'left') => {
    bob.setState({ phase });
    watch.changed();
  };
  const seconds = (count: number) => jest.advanceTimersByTimeAsync(count * 1_000);
  /** Audio comes for some seconds, with this loss. */
  const hears = async (count: number, lossRatio: number) => {
    for (let second = 0; second < count; second++) {
      camera.received.packets += 50 * (1 - lossRatio);
      camera.received.packetsLost += 50 * lossRatio;
      await seconds(1);
    }
  };
  const goes = () => {
    participants = [];
    bob.stop();
    watch.changed();
  };
  return { path, sent, bob, quality, stands, seconds, hears, goes };
}

describe('the watch over connections', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('[E9] a connection is judged as soon as it stands, and lost while the path is silent', async () => {
    const { quality, stands, seconds, goes } = watching();
    expect(quality()).toBe('unknown');
    stands('present');
    await seconds(0);
    expect(quality()).toBe('good');
    stands('interrupted');
    expect(quality()).toBe('lost');
    stands('present');
    expect(quality()).toBe('unknown');
    await seconds(0);
    expect(quality()).toBe('good');
    stands('left');
    expect(quality()).toBe('unknown');
    goes();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('[E9] follows the delay, the loss of what comes, the loss of what is sent, and video that is short', async () => {
    const { path, sent, quality, stands, hears, goes } = watching();
    stands('present');
    await hears(6, 0);
    expect(quality()).toBe('good');
    await hears(6, 0.1);
    expect(quality()).toBe('poor');
    await hears(6, 0);
    expect(quality()).toBe('good');
    sent.lossRatio = 0.05;
    await hears(6, 0);
    expect(quality()).toBe('fair');
    sent.lossRatio = 0;
    path.rttMs = 1_000;
    await hears(6, 0);
    expect(quality()).toBe('poor');
    path.rttMs = 20;
    sent.limitation = 'bandwidth';
    await hears(6, 0);
    expect(quality()).toBe('fair');
    goes();
  });

  it('[E9] is measured every 2 s, and a link that ends meanwhile changes nothing', async () => {
    const { path, quality, stands, seconds, goes } = watching();
    stands('present');
    await seconds(0);
    path.asked = 0;
    path.fails = true;
    await seconds(20);
    expect(path.asked).toBe(20_000 / QUALITY_INTERVAL_MS);
    expect(quality()).toBe('good');
    goes();
    await seconds(10);
    expect(path.asked).toBe(20_000 / QUALITY_INTERVAL_MS);
    expect(jest.getTimerCount()).toBe(0);
  });
});
