import type { PeerId } from '@conclave/protocol';

import { ScavengerPacer } from '../../../src/uplink/scavenger.js';
import { VirtualTime } from '../../support/uplink-sim/virtual-time.js';

const [alice, bob] = ['alice', 'bob'] as unknown as [PeerId, PeerId];
const MEDIA = { reserveBps: 500_000, capacityBps: undefined, videoShort: false };

function world() {
  const time = new VirtualTime();
  const pacer = new ScavengerPacer({
    nowMs: () => time.nowMs,
    every: (periodMs, run) => time.every(periodMs, run),
    soon: (run) => time.after(0, run),
  });
  const woken: PeerId[] = [];
  pacer.setBudget(MEDIA);
  return { time, pacer, woken };
}

describe('the pacer of a room', () => {
  it('[E1] never holds a line of chat, not even beside a flood of files', () => {
    const { time, pacer } = world();
    pacer.start((farId) => {
      while (pacer.allowance(farId, 'bulk') > 0) pacer.sent(farId, 'bulk', 1_100);
    });
    pacer.allowance(alice, 'bulk');
    const held: number[] = [];
    time.every(200, () => {
      if (pacer.allowance(alice, 'messages') <= 0) held.push(time.nowMs);
      pacer.sent(alice, 'messages', 120);
    });
    time.run(20_000);
    expect(held).toEqual([]);
    pacer.stop();
  });

  it('[E1] paces a flood of large messages as bulk, and wakes it again', () => {
    const { time, pacer } = world();
    let bytes = 0;
    const pump = (): void => {
      while (pacer.allowance(alice, 'messages') > 0) {
        pacer.sent(alice, 'messages', 8_192);
        bytes += 8_192;
      }
    };
    pacer.start(pump);
    pump();
    time.run(10_000);
    // 24 kbit/s that nobody reports on, and the floor of 16 kbit/s.
    expect((bytes * 8) / 10).toBeLessThanOrEqual(60_000);
    expect((bytes * 8) / 10).toBeGreaterThanOrEqual(25_000);
    pacer.stop();
  });

  it('[E1] leaves messages to their windows where there is no audio or video', () => {
    const { pacer } = world();
    pacer.setBudget({ ...MEDIA, reserveBps: 0 });
    expect(pacer.allowance(alice, 'messages')).toBe(Infinity);
    expect(pacer.windowBytes(alice, 'messages')).toBe(64 * 1024);
  });

  it('[E1] shares bulk evenly among those who have some', () => {
    const { time, pacer } = world();
    const sent = new Map<PeerId, number>();
    const pump = (farId: PeerId): void => {
      while (pacer.allowance(farId, 'bulk') > 0) {
        pacer.sent(farId, 'bulk', 1_100);
        sent.set(farId, (sent.get(farId) ?? 0) + 1);
      }
    };
    pacer.start(pump);
    pump(alice);
    pump(bob);
    time.run(30_000);
    const [a = 0, b = 0] = [sent.get(alice), sent.get(bob)];
    expect(a + b).toBeGreaterThan(20);
    expect(Math.abs(a - b)).toBeLessThanOrEqual(1);
    pacer.stop();
  });

  it('[E1] sends frames of one packet, four of them waiting at most, while the rate is low', () => {
    const { pacer } = world();
    expect([pacer.frameBytes(alice), pacer.windowBytes(alice, 'bulk')]).toEqual([1_100, 4_400]);
  });

  it('[E1] wakes nobody once it was stopped', () => {
    const { time, pacer, woken } = world();
    pacer.start((farId) => void woken.push(farId));
    pacer.stop();
    while (pacer.allowance(alice, 'bulk') > 0) pacer.sent(alice, 'bulk', 1_100);
    time.run(5_000);
    expect(woken).toEqual([]);
  });

  it('[E1] lets what waits go as soon as there is no audio or video any longer, whatever it owes', () => {
    const { pacer, woken } = world();
    pacer.start((farId) => woken.push(farId));
    pacer.sent(alice, 'messages', 64 * 1024);
    expect(pacer.allowance(alice, 'messages')).toBeLessThanOrEqual(0);
    expect(woken).toEqual([]);
    pacer.setBudget({ ...MEDIA, reserveBps: 0 });
    expect(woken).toEqual([alice]);
    pacer.stop();
  });

  it('[E1] does not charge for messages that went while there was no audio or video', () => {
    const { time, pacer } = world();
    pacer.start(() => undefined);
    pacer.setBudget({ ...MEDIA, reserveBps: 0 });
    for (let sent = 0; sent < 100; sent++) pacer.sent(alice, 'messages', 60_000);
    pacer.setBudget(MEDIA);
    time.run(100);
    expect(pacer.allowance(alice, 'messages')).toBeGreaterThan(0);
    pacer.stop();
  });

  it('[E1] wakes who waits over a link that has gone: another one may be there', () => {
    const { pacer, woken } = world();
    pacer.start((farId) => woken.push(farId));
    pacer.sent(alice, 'messages', 64 * 1024);
    pacer.allowance(alice, 'messages');
    pacer.gone(alice);
    expect(woken).toEqual([alice]);
    pacer.stop();
  });

  it('[E1] leaves a quiet page alone', () => {
    const { time, pacer } = world();
    let ticks = 0;
    const counting = new ScavengerPacer({
      nowMs: () => time.nowMs,
      every: (periodMs, run) =>
        time.every(periodMs, () => {
          ticks += 1;
          run();
        }),
      soon: (run) => time.after(0, run),
    });
    counting.setBudget(MEDIA);
    counting.start(() => undefined);
    time.run(1_000);
    expect(ticks).toBe(0);
    counting.sent(alice, 'messages', 8_000);
    counting.allowance(alice, 'messages'); // waits now
    time.run(20_000);
    const whileWaiting = ticks;
    expect(whileWaiting).toBeGreaterThan(0);
    time.run(1_000);
    expect(ticks).toBe(whileWaiting);
    counting.stop();
    pacer.stop();
  });
});
