import type { Link, PathReport } from '@conclave/core';

import type { UplinkChange } from '../../src/logic/uplink/changes.js';
import { UplinkControl } from '../../src/uplink/control.js';
import { UNGOVERNED } from '../../src/uplink/senders.js';
import { idOf } from '../support/fake-streams.js';
import { FakeUplink, sampleOf, trainOver } from '../support/fake-uplink.js';

const [bobId, charlieId] = [idOf('bob'), idOf('charlie')];
const controls: UplinkControl[] = [];

/** The control of an uplink of which the application has said what it carries, or has not. */
function governed(statedBps?: number) {
  const uplink = new FakeUplink();
  const control = new UplinkControl(uplink.connection, statedBps);
  const changes: UplinkChange[] = [];
  controls.push(control);
  control.changes$.subscribe((change) => changes.push(change));
  return { uplink, control, changes };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** A far end reports that its path has no queue, or one. */
const report = (uplink: FakeUplink, queueMs: number): void =>
  uplink.report({
    ...{ farId: bobId, minDelayMs: 20 + queueMs, medianDelayMs: 20 + queueMs, bytes: 100, packets: 1 },
    isTimeCritical: false,
  } satisfies PathReport);

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] }));
afterEach(() => {
  for (const control of controls.splice(0)) control.stop();
  jest.useRealTimers();
});

describe('a newcomer', () => {
  it('[E4] begins as it was planned, once those who run have been told to take less and do', async () => {
    const { uplink } = governed(1_000_000);
    uplink.join('bob');
    await pass(3_000);
    const before = uplink.of('bob', 'video').encoding.maxBitrateBps!;
    uplink.encodeMs = 60;
    uplink.events.length = 0;
    uplink.join('charlie');
    await pass(150);
    const [room, begins] = [uplink.eventsOf('bob', 'video'), uplink.eventsOf('charlie', 'audio')];
    expect(room[0]).toMatchObject({ what: 'told', encoding: { active: true } });
    expect(room[0]!.encoding.maxBitrateBps).toBeLessThan(0.6 * before);
    expect(begins[0]).toMatchObject({ what: 'begins', encoding: { active: true, maxBitrateBps: 24_000 } });
    expect(uplink.events.indexOf(room[0]!)).toBeLessThan(uplink.events.indexOf(begins[0]!));
  });

  it('[E4] waits no longer than 0.2 s for a browser that does not make room', async () => {
    const { uplink } = governed(1_000_000);
    uplink.join('bob');
    await pass(3_000);
    uplink.encodeMs = 5_000;
    uplink.join('charlie');
    await pass(210);
    expect(uplink.eventsOf('charlie', 'audio')).toMatchObject([{ what: 'begins' }]);
  });

  it('[E4] is sent no video on a thin uplink before its audio has run for a second', async () => {
    const { uplink } = governed(400_000);
    uplink.join('bob');
    await pass(900);
    expect(uplink.of('bob', 'audio').encoding.active).toBe(true);
    expect(uplink.of('bob', 'video').encoding.active).toBe(false);
    await pass(700);
    expect(uplink.of('bob', 'video').encoding).toMatchObject({ active: true, keepsSize: true });
  });

  it('[E4] is sent video at once where the uplink carries all of it', async () => {
    const { uplink } = governed(10_000_000);
    uplink.join('bob');
    await pass(20);
    expect(uplink.eventsOf('bob', 'video').at(-1)).toMatchObject({
      what: 'begins',
      encoding: { active: true },
    });
  });

  it('[E4] is one of several whose videos begin one after the other on a thin uplink', async () => {
    const { uplink } = governed(1_000_000);
    for (const name of ['bob', 'charlie', 'dora']) uplink.join(name);
    await pass(4_000);
    const starts = ['bob', 'charlie', 'dora'].map(
      (name) => uplink.eventsOf(name, 'video').find(({ encoding }) => encoding.active)!.atMs,
    );
    expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(500);
    expect(starts[2]! - starts[1]!).toBeGreaterThanOrEqual(500);
    expect(starts[0]).toBeLessThan(1_600);
    expect(starts[2]).toBeLessThan(3_000);
  });
});

describe('an uplink of which nothing is known', () => {
  it('[E1] lets the audio of three who come at once begin one after the other; a wide one all at once', async () => {
    const names = ['bob', 'charlie', 'dora'];
    const pausesOf = async (statedBps?: number) => {
      const { uplink } = governed(statedBps);
      for (const name of names) uplink.join(name);
      await pass(700);
      const begins = names.map((name) => uplink.eventsOf(name, 'audio')[0]!);
      expect(begins).toMatchObject(names.map(() => ({ what: 'begins', encoding: { active: true } })));
      const times = begins.map(({ atMs }) => atMs).sort((a, b) => a - b);
      return times.slice(1).map((atMs, index) => atMs - times[index]!);
    };
    expect(Math.min(...(await pausesOf()))).toBeGreaterThanOrEqual(200);
    expect(Math.min(...(await pausesOf(120_000)))).toBeGreaterThanOrEqual(200); // thin once they are there
    expect(await pausesOf(10_000_000)).toEqual([0, 0]);
  });

  it('[E4] lets audio begin at once, and video after 3 s where nothing answers', async () => {
    const { uplink, control } = governed();
    uplink.join('bob');
    await pass(5);
    expect(uplink.eventsOf('bob', 'audio')).toMatchObject([{ what: 'begins', encoding: { active: true } }]);
    await pass(2_900);
    expect(uplink.of('bob', 'video').encoding.active).toBe(false);
    expect(control.state.get().source).toBe('assumed');
    await pass(700);
    expect(uplink.of('bob', 'video').encoding.active).toBe(true);
  });

  it('[E4] lets video begin as soon as trains have shown that there is enough', async () => {
    const { uplink, control } = governed();
    uplink.train = () => trainOver(4_500_000);
    uplink.join('bob');
    await pass(1_500);
    expect(control.state.get().source).toBe('probed');
    expect(control.state.get().capacityBps).toBeGreaterThan(3_000_000);
    expect(uplink.of('bob', 'video').encoding.active).toBe(true);
  });

  it('[E5] says that it knows nothing until it does', async () => {
    const { uplink, control } = governed();
    expect(control.known).toBeUndefined();
    uplink.join('bob');
    await pass(1_000);
    expect(control.known).toBeUndefined();
    uplink.sample = () => [sampleOf('bob', 300_000)];
    await pass(2_000);
    expect(control.known?.capacityBps).toBeGreaterThan(300_000);
    expect(control.state.get().source).toBe('learnt');
    expect(control.state.get().use).toEqual([
      { farId: bobId, audioBps: 50_000, videoBps: 250_000, otherBps: 0 },
    ]);
  });
});

describe('a plan', () => {
  it('[E1] is made for a stated capacity at once, and told to every sender', async () => {
    const { uplink, control } = governed(2_000_000);
    uplink.join('bob');
    uplink.join('charlie');
    await pass(3_000);
    const { capacityBps, source, mediaBps, subscribers } = control.state.get();
    expect({ capacityBps, source }).toEqual({ capacityBps: 2_000_000, source: 'stated' });
    expect(mediaBps).toBeLessThanOrEqual(0.82 * 2_000_000);
    for (const { farId, audio, videos } of subscribers) {
      const name = farId === bobId ? 'bob' : 'charlie';
      expect(uplink.of(name, 'audio').encoding.maxBitrateBps).toBe(audio.maxBitrateBps);
      expect(uplink.of(name, 'video').encoding.maxBitrateBps).toBe(videos[0]!.maxBitrateBps);
    }
  });

  it('[C12] answers a demand of 180 lines with about 180 lines, and leaves the other subscriber as it is', async () => {
    const { uplink } = governed(10_000_000);
    uplink.join('bob');
    uplink.join('charlie');
    await pass(2_000);
    const other = uplink.of('charlie', 'video').encoding;
    const { own } = uplink.of('bob', 'video');
    own.set({ ...own.readable.get(), demand: { maxHeight: 180 } });
    await pass(50);
    const { scaleResolutionDownBy = 1, maxBitrateBps } = uplink.of('bob', 'video').encoding;
    expect(Math.abs(720 / scaleResolutionDownBy - 180)).toBeLessThanOrEqual(8);
    expect(maxBitrateBps).toBeLessThan(300_000);
    expect(uplink.of('charlie', 'video').encoding).toEqual(other);
  });

  it('[C12] sends no picture that nobody looks at, and goes on with the sound', async () => {
    const { uplink } = governed(10_000_000);
    uplink.join('bob');
    await pass(1_500);
    const { own } = uplink.of('bob', 'video');
    own.set({ ...own.readable.get(), demand: { maxHeight: 0 } });
    await pass(50);
    expect(uplink.of('bob', 'video').encoding.active).toBe(false);
    expect(uplink.of('bob', 'audio').encoding.active).toBe(true);
  });

  it('[E1] has every sender told only what has changed', async () => {
    const { uplink } = governed(2_000_000);
    uplink.join('bob');
    await pass(3_000);
    uplink.events.length = 0;
    await pass(5_000);
    expect(uplink.events).toEqual([]);
  });

  it('[E1] is empty once the last subscriber has gone: nothing is reserved, sampled or sounded', async () => {
    const { uplink, control } = governed(1_000_000);
    uplink.join('bob');
    await pass(1_000);
    expect(uplink.sampledAtMs.length).toBeGreaterThan(0);
    expect(uplink.sounded.length).toBeGreaterThan(0);
    expect(uplink.pacer?.allowance(bobId, 'messages')).toBeLessThan(Infinity);
    uplink.leave('bob');
    await pass(50);
    const [samples, soundings] = [uplink.sampledAtMs.length, uplink.sounded.length];
    expect(control.state.get()).toMatchObject({ subscribers: [], mediaBps: 0, use: [] });
    expect(uplink.pacer?.allowance(bobId, 'messages')).toBe(Infinity);
    await pass(5_000);
    expect([uplink.sampledAtMs.length, uplink.sounded.length]).toEqual([samples, soundings]);
    expect(jest.getTimerCount()).toBe(0); // a quiet page is left alone
  });

  it('[E3] survives a sample that fails: the next one counts', async () => {
    const { uplink, control } = governed();
    uplink.join('bob');
    uplink.sample = () => {
      throw new Error('no statistics');
    };
    await pass(1_200);
    expect(uplink.sampledAtMs).toHaveLength(2);
    uplink.sample = () => [sampleOf('bob', 300_000)];
    await pass(2_000);
    expect(control.known?.capacityBps).toBeGreaterThan(300_000);
  });
});

describe('a change', () => {
  it('[E4] is told in words, as degraded when somebody comes and as restored when he goes', async () => {
    const { uplink, changes } = governed(1_000_000);
    uplink.join('bob');
    await pass(3_000);
    expect(changes).toEqual([]);
    uplink.join('charlie');
    await pass(3_000);
    expect(changes).toMatchObject([
      { farId: bobId, stream: 'camera', change: 'degraded', why: 'uplink', state: 'reduced' },
    ]);
    expect(changes[0]!.words).toBe('The picture is smaller: your upload is too slow for more.');
    uplink.leave('charlie');
    await pass(3_000);
    expect(changes.slice(1)).toMatchObject([
      { farId: bobId, change: 'restored', words: 'The picture is larger again.' },
    ]);
  });

  it('[E4] is not told while the capacity is only assumed', async () => {
    const { uplink, control, changes } = governed();
    for (const name of ['bob', 'charlie', 'dora', 'erin', 'frank', 'grace', 'heidi', 'ivan']) {
      uplink.join(name);
      await pass(50);
    }
    await pass(2_000);
    expect(control.state.get().source).toBe('assumed');
    expect(control.state.get().subscribers.flatMap(({ videos }) => videos)).toContainEqual(
      expect.objectContaining({ state: 'paused' }),
    );
    expect(changes).toEqual([]);
  });
});

describe('a link that goes', () => {
  it('[E1] takes with it what is owed for messages to somebody who has reported nothing', async () => {
    const { uplink } = governed(1_000_000);
    uplink.join('bob');
    await pass(1_000);
    uplink.links.set(new Map([[charlieId, {} as Link]]));
    const burstBytes = uplink.pacer?.allowance(charlieId, 'messages');
    uplink.pacer?.sent(charlieId, 'messages', 64 * 1024, 0);
    expect(uplink.pacer?.allowance(charlieId, 'messages')).toBeLessThan(0);
    uplink.links.set(new Map());
    expect(uplink.pacer?.allowance(charlieId, 'messages')).toBe(burstBytes);
  });
});

describe('letting go', () => {
  it('[E1] gives encoders back, and the plain pacer, and asks about newcomers no more', async () => {
    const { uplink, control } = governed(1_000_000);
    uplink.join('bob');
    await pass(2_000);
    control.stop();
    await pass(0);
    expect(uplink.of('bob', 'video').encoding).toEqual(UNGOVERNED);
    expect(uplink.of('bob', 'audio').encoding).toEqual(UNGOVERNED);
    expect(uplink.pacer).toBeUndefined();
    expect(uplink.opening).toBeUndefined();
    expect(uplink.listening).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('[E4] an opening that was under way changes nothing any more', async () => {
    const { uplink, control } = governed();
    uplink.join('bob');
    await pass(300); // its trains are on their way
    control.stop();
    await pass(2_000);
    expect(uplink.eventsOf('bob', 'video').at(-1)).toMatchObject({ what: 'begins' });
    expect(uplink.of('bob', 'video').encoding.active ?? true).toBe(true);
    expect(uplink.of('bob', 'video').encoding.maxBitrateBps).toBeUndefined();
    expect(uplink.of('bob', 'audio').encoding).toEqual(UNGOVERNED);
    uplink.join('charlie');
    await pass(2_000);
    expect(uplink.of('charlie', 'video').encoding).toEqual({});
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a link whose video is short', () => {
  it('[E3] is nudged at most each 2 s, and only while the queue is quiet', async () => {
    const { uplink } = governed(1_000_000);
    uplink.sample = () => [sampleOf('bob', 300_000, true)];
    const reporting = (queueMs: number) => setInterval(() => report(uplink, queueMs), 50);
    let reports = reporting(0);
    uplink.join('bob');
    await pass(4_000);
    const nudged = () => {
      const limits = uplink.eventsOf('bob', 'video').filter(({ what }) => what === 'told');
      const dips = limits.filter(
        ({ encoding }, index) =>
          encoding.maxBitrateBps === Math.round(0.95 * (limits[index + 1]?.encoding.maxBitrateBps ?? 0)),
      );
      return dips.map(({ atMs }) => atMs);
    };
    uplink.events.length = 0;
    await pass(8_000);
    const times = nudged();
    expect(times.length).toBeGreaterThanOrEqual(3);
    for (const [index, atMs] of times.slice(1).entries())
      expect(atMs - times[index]!).toBeGreaterThanOrEqual(2_000);
    clearInterval(reports);
    reports = reporting(30);
    await pass(500);
    uplink.events.length = 0;
    await pass(6_000);
    expect(nudged()).toEqual([]);
    clearInterval(reports);
  });
});

describe('a probe that the application asks for', () => {
  it('[E5] goes to everybody who is sent something, one after the other, and says what is known', async () => {
    const { uplink, control } = governed();
    uplink.train = () => trainOver(900_000);
    uplink.join('bob');
    uplink.join('charlie');
    await pass(3_000);
    const before = uplink.probed.length;
    const result = control.probe();
    await pass(300);
    const bps = await result;
    expect(uplink.probed.slice(before, before + 2).map(({ farId }) => farId)).toEqual([bobId, charlieId]);
    expect(Math.abs(bps! - 0.92 * 900_000)).toBeLessThan(0.1 * 900_000);
  });
});
