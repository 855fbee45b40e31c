import { startEstimate, type Train } from '../../src/logic/uplink/estimate.js';
import { Trains } from '../../src/uplink/trains.js';
import { idOf } from '../support/fake-streams.js';
import { FakeUplink, trainOver } from '../support/fake-uplink.js';

const bobId = idOf('bob');
const KNOWN = { ...startEstimate(), capacityBps: 900_000, source: 'probed', wantsTrain: false } as const;

function measuring() {
  const uplink = new FakeUplink();
  const seen: Train[] = [];
  const trains = new Trains(uplink.connection.uplink, (train) => seen.push(train));
  return { uplink, seen, trains };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe('the first trains', () => {
  it('[E3] the very first only opens the way: it is not counted', async () => {
    const { uplink, seen, trains } = measuring();
    uplink.train = (count) => trainOver(count === 1 ? 90_000_000 : 900_000);
    void trains.first(bobId);
    await pass(700);
    expect(uplink.probed).toHaveLength(4);
    expect(seen).toHaveLength(3);
    expect(seen.map(({ spreadMs }) => spreadMs)).toEqual([16, 16, 16]);
    expect(uplink.trains.most).toBe(1);
  });

  it('[E1] begin with small packets, and have the size that the rate of the one before asks for', async () => {
    const { uplink, trains } = measuring();
    const ratesBps = [300_000, 900_000, 3_000_000];
    uplink.train = (count) => trainOver(ratesBps[count - 1] ?? 900_000);
    void trains.first(bobId);
    await pass(700);
    expect(uplink.probed.map(({ bytes }) => bytes)).toEqual([200, 200, undefined, 1_100]);
  });

  it('[E1] have the usual size after one that says nothing: it was lost, or came in one piece', async () => {
    const { uplink, trains } = measuring();
    uplink.train = (count) => (count === 1 ? undefined : { ...trainOver(900_000), spreadMs: 0 });
    void trains.first(bobId);
    await pass(2_000);
    expect(uplink.probed.map(({ bytes }) => bytes)).toEqual([200, undefined, undefined, undefined]);
  });

  it('[E4] keep a newcomer waiting for 0.7 s at most, and go out once however many come', async () => {
    const { uplink, trains } = measuring();
    let isOver = false;
    void trains.first(bobId).then(() => (isOver = true));
    void trains.first(idOf('charlie'));
    await pass(690);
    expect([isOver, uplink.probed.length]).toEqual([false, 1]);
    await pass(10);
    expect(isOver).toBe(true);
    await pass(5_000); // the rest of them
  });
});

describe('later trains', () => {
  it('[E3] come at most each half second while the call is new, and only while the queue is quiet', async () => {
    const { uplink, trains } = measuring();
    uplink.train = () => trainOver(900_000);
    const go = async (isQuiet: boolean, ms: number) => {
      for (let at = 0; at < ms; at += 100) {
        trains.next(bobId, KNOWN, isQuiet);
        await pass(100);
      }
    };
    await go(false, 2_000);
    expect(uplink.probed).toHaveLength(0);
    await go(true, 20_000);
    const times = uplink.probed.map(({ atMs }) => atMs);
    expect(times).toHaveLength(12);
    for (const [index, atMs] of times.slice(1).entries())
      expect(atMs - times[index]!).toBeGreaterThanOrEqual(500);
    expect(uplink.trains.most).toBe(1);
  });

  it('[E3] come each 3 s where more is wanted than is known, and never where the capacity is stated', async () => {
    const { uplink, trains } = measuring();
    uplink.train = () => trainOver(900_000);
    for (let at = 0; at < 10_000; at += 200) {
      trains.next(bobId, { ...KNOWN, source: 'stated', wantsTrain: true }, true);
      await pass(200);
    }
    expect(uplink.probed).toHaveLength(0);
    for (let at = 0; at < 9_100; at += 200) {
      trains.next(bobId, { ...KNOWN, wantsTrain: true }, false);
      await pass(200);
    }
    expect(uplink.probed).toHaveLength(4);
  });

  it('[E3] wait for the one that is on its way where nothing answers, and are not begun meanwhile', async () => {
    const { uplink, trains } = measuring();
    trains.next(bobId, KNOWN, true);
    const asked = [trains.run(bobId), trains.run(idOf('charlie'))];
    await pass(900);
    trains.next(bobId, KNOWN, true);
    await pass(1_500);
    expect(uplink.probed.map(({ atMs }) => atMs - uplink.probed[0]!.atMs)).toEqual([0, 1_000, 2_000]);
    expect(uplink.trains.most).toBe(1);
    await pass(1_000);
    await Promise.all(asked);
    expect(uplink.probed).toHaveLength(3);
  });

  it('[E3] wait for the first ones too', async () => {
    const { uplink, trains } = measuring();
    void trains.first(bobId);
    void trains.run(bobId);
    await pass(10_000);
    expect([uplink.probed.length, uplink.trains.most]).toEqual([5, 1]);
  });

  it('[E3] are of whole packets where the path is fast, and of small ones where it is thin', async () => {
    const { uplink, trains } = measuring();
    uplink.train = () => trainOver(20_000_000);
    const capacitiesBps = [5_000_000, 2_000_000, 900_000, 500_000, 499_000];
    await Promise.all([...capacitiesBps.map((bps) => trains.run(bobId, bps)), pass(100)]);
    expect(uplink.probed.map(({ bytes }) => bytes)).toEqual([1_100, undefined, undefined, undefined, 200]);
  });
});
