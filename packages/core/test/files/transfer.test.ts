import { createHash } from 'node:crypto';

import type { ControlFrame, DataFrame, Lane } from '@conclave/protocol';

import type { FileProgress } from '../../src/files/file-types.js';
import {
  ALICE,
  aliceAndBob,
  BLOCK,
  BOB,
  bytesOf,
  carry,
  CHARLIE,
  connect,
  content,
  end,
  hash,
  isOver,
  listen,
  memorySink,
  openPacer,
  read,
  REQUEST,
  target,
  until,
} from './support/two-ends.js';

test.each([0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * 1024 * 1024 + 17])(
  '[C16] a file of %d bytes arrives with the same hash, and both ends see how far it is',
  async (size) => {
    const { alice, bob, ends } = aliceAndBob();
    const bytes = content(size);
    const sent: FileProgress[] = [];
    const received: FileProgress[] = [];
    const transfer = alice.door.send([target(BOB)], new Blob([bytes], { type: 'image/png' }), {
      name: 'a.png',
      metadata: { from: 'alice' },
      onProgress: (progress) => sent.push(progress),
    });
    expect(transfer.peers.get()).toEqual(new Map([[BOB, { phase: 'offered' }]]));
    await until(() => bob.offers.length > 0, ends);
    const [offer] = bob.offers;
    expect(offer).toMatchObject({ farId: ALICE, name: 'a.png', type: 'image/png', size });
    expect(offer!.metadata).toEqual({ from: 'alice' });
    const blob = offer!.accept({ onProgress: (progress) => received.push(progress) });
    await until(() => isOver(transfer.peers.get().get(BOB)), ends);
    expect(hash(await bytesOf(await blob))).toBe(hash(bytes));
    expect((await blob)!.type).toBe('image/png');
    expect(await transfer.finished).toEqual(new Map([[BOB, { phase: 'done' }]]));
    expect(offer!.state.get()).toEqual({ phase: 'done' });
    for (const [farId, progress] of [
      [BOB, sent],
      [ALICE, received],
    ] as const) {
      const steps = Array.from({ length: Math.max(1, Math.ceil(size / BLOCK)) }, (_, index) => ({
        farId,
        bytes: Math.min(size, (index + 1) * BLOCK),
        size,
      }));
      expect(progress).toEqual(steps);
    }
  },
);

test('[C16] SPEC 8.8: nothing moves before take, then bulk without gaps, each 256 KiB sealed by its SHA-256, no more than 2 MiB beyond got', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const bytes = content(12 * BLOCK + 5);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const { stream, all } = memorySink({ start: () => undefined });
  const writer = stream.getWriter();
  const slow = new WritableStream<Uint8Array>({
    async write(block) {
      await held;
      await writer.write(block);
    },
  });
  const frames: (ControlFrame | DataFrame)[] = [];
  const tap = (lane: Lane, frame: Uint8Array) => {
    frames.push(read(lane, frame));
    return frame;
  };
  const transfer = alice.door.send([target(BOB)], new Blob([bytes]));
  await until(() => bob.offers.length > 0, ends, tap);
  let idle = 0;
  await until(() => (idle += 1) > 50, ends, tap);
  expect(frames).toHaveLength(1);
  void bob.offers[0]!.accept({ to: slow });
  const bulk = () => frames.flatMap((frame) => ('offset' in frame && frame.type === 'bulk' ? [frame] : []));
  const sum = () => bulk().reduce((total, { payload }) => total + payload.byteLength, 0);
  await until(() => sum() === 8 * BLOCK, ends, tap);
  idle = 0;
  await until(() => (idle += 1) > 50, ends, tap);
  expect(sum()).toBe(8 * BLOCK); // nothing was written, so no `got` has left
  letGo();
  await until(() => isOver(transfer.peers.get().get(BOB)), ends, tap);
  let offset = 0;
  for (const frame of frames) {
    if (!('offset' in frame)) continue;
    expect(frame.offset).toBe(offset);
    if (frame.type === 'bulk') offset += frame.payload.byteLength;
    else {
      const block = bytes.subarray(Math.floor((offset - 1) / BLOCK) * BLOCK, offset);
      expect(Buffer.from(frame.payload)).toEqual(createHash('sha256').update(block).digest());
    }
  }
  expect(offset).toBe(bytes.byteLength);
  expect(frames.filter((frame) => 'offset' in frame && frame.type === 'seal')).toHaveLength(13);
  expect(hash(all())).toBe(hash(bytes));
});

test('[C16] after a new link a file goes on from the last whole block, also where it breaks again and again', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const bytes = content(6 * BLOCK + 100);
  const progress: number[] = [];
  const { stream, kept, all } = memorySink();
  const transfer = alice.door.send([target(BOB)], new Blob([bytes]), {
    onProgress: (one) => progress.push(one.bytes),
  });
  await until(() => bob.offers.length > 0, ends);
  void bob.offers[0]!.accept({ to: stream });
  let sent = 0;
  const takes: number[] = [];
  const tap = (lane: Lane, bytesOfFrame: Uint8Array) => {
    const frame = read(lane, bytesOfFrame);
    if ('offset' in frame && frame.type === 'bulk') sent += frame.payload.length;
    if ('t' in frame && frame.t === 'take') takes.push(frame.from);
    return bytesOfFrame;
  };
  for (const cutAt of [BLOCK / 2, BLOCK + BLOCK / 2, 4 * BLOCK, 5 * BLOCK + 1]) {
    await until(() => sent >= cutAt, ends, tap);
    connect(alice, bob);
  }
  await until(() => isOver(transfer.peers.get().get(BOB)), ends, tap);
  expect(hash(all())).toBe(hash(bytes));
  expect(kept.isClosed).toBe(true);
  expect(takes.length).toBeGreaterThan(3);
  expect(takes.every((from) => from % BLOCK === 0)).toBe(true);
  expect(Math.max(...takes)).toBeGreaterThan(0);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(sent).toBeLessThan(bytes.byteLength + 5 * BLOCK);
});

test('[C16] a last word that was lost with the link is said again', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob([content(10)]));
  await until(() => bob.offers.length > 0, ends);
  void bob.offers[0]!.accept();
  await until(
    () => isOver(bob.offers[0]!.state.get()),
    ends,
    (lane, bytes, from) => {
      const frame = read(lane, bytes);
      return from === bob && 't' in frame && frame.t !== 'take' ? undefined : bytes;
    },
  );
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'moving', bytes: 0 });
  bob.link(ALICE).wire.splice(0); // `kept`
  connect(alice, bob);
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'done' });
  expect(bob.offers).toHaveLength(1);
});

test('[C16] what was taken back while the link was dead is taken back over the next one', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const offered = alice.door.send([target(BOB)], new Blob([content(10)]));
  await until(() => bob.offers.length > 0, ends);
  alice.link(BOB).open = false;
  offered.cancel();
  connect(alice, bob);
  await until(() => isOver(bob.offers[0]!.state.get()), ends);
  expect(bob.offers[0]!.state.get()).toEqual({ phase: 'failed', code: 'file/cancelled' });
});

test('[C16] an offer that was refused while the link was dead is refused over the next one', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const offered = alice.door.send([target(BOB)], new Blob([content(10)]));
  await until(() => bob.offers.length > 0, ends);
  bob.link(ALICE).open = false;
  bob.offers[0]!.refuse();
  connect(alice, bob);
  expect(await settled(offered, ends)).toEqual({ phase: 'failed', code: 'file/refused' });
});

test('[C16] a file to several goes to each at its own pace: who stalls holds nobody up', async () => {
  const [alice, bob, charlie] = [end(ALICE), end(BOB), end(CHARLIE)];
  connect(alice, bob);
  connect(alice, charlie);
  listen(bob, ALICE);
  listen(charlie, ALICE);
  const bytes = content(3 * BLOCK);
  const transfer = alice.door.send([target(BOB), target(CHARLIE)], new Blob([bytes]));
  const ends = [alice, bob, charlie];
  await until(() => bob.offers.length + charlie.offers.length === 2, ends);
  void bob.offers[0]!.accept();
  const got = charlie.offers[0]!.accept();
  // Nothing that Bob says or is sent moves from here on.
  await until(() => isOver(transfer.peers.get().get(CHARLIE)), [alice, charlie]);
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'offered' });
  expect(hash(await bytesOf(await got))).toBe(hash(bytes));
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect([...(await transfer.finished).values()]).toEqual([{ phase: 'done' }, { phase: 'done' }]);
});

test('[C16] files to one peer share the lane in turns', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const both = [1, 2].map(() => alice.door.send([target(BOB)], new Blob([content(4 * BLOCK)])));
  await until(() => bob.offers.length === 2, ends);
  for (const offer of bob.offers) void offer.accept();
  const count = new Map<number, number>();
  let worst = 0;
  await until(
    () => both.every((transfer) => isOver(transfer.peers.get().get(BOB))),
    ends,
    (lane, bytes) => {
      const frame = read(lane, bytes);
      if ('offset' in frame && frame.type === 'bulk') count.set(frame.transfer, frame.offset);
      const [one = 0, other = 0] = count.values();
      worst = Math.max(worst, Math.abs(one - other));
      return bytes;
    },
  );
  expect(worst).toBeLessThan(2 * BLOCK); // a read may finish before the other
});

test('[C16] two blocks of a file are in memory at most, however long nobody asks for the next', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const file = new Blob([content(12 * BLOCK)]);
  const reads: number[] = [];
  const slice = file.slice.bind(file);
  file.slice = (from, to) => {
    reads.push(from!);
    return slice(from, to);
  };
  let sent = 0;
  const transfer = alice.door.send([target(BOB)], file);
  await until(() => bob.offers.length > 0, ends);
  void bob.offers[0]!.accept();
  await until(
    () => isOver(transfer.peers.get().get(BOB)),
    ends,
    (lane, bytes) => {
      const frame = read(lane, bytes);
      if ('offset' in frame && frame.type === 'bulk') sent = frame.offset;
      // What is buffered on the lane may be a part of a block.
      expect(Math.max(0, ...reads)).toBeLessThanOrEqual(sent + 3 * BLOCK);
      return bytes;
    },
  );
  expect(reads).toHaveLength(12);
});

test('[C16] files wait while messages do, and go on when they are told that none does', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob([content(BLOCK)]));
  await until(() => bob.offers.length > 0, ends);
  void bob.offers[0]!.accept();
  alice.isBusy = true;
  let idle = 0;
  await until(() => (idle += 1) > 50, ends);
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'moving', bytes: 0 });
  expect(alice.link(BOB).wire).toEqual([]);
  alice.isBusy = false;
  alice.door.wake(BOB);
  expect(await settled(transfer, ends)).toEqual({ phase: 'done' });
});

test('[C16] a pacer that says 0 is obeyed until it wakes the lane', async () => {
  let left = 40_000;
  let isWoken = false;
  const pacer = openPacer({
    allowance: () => (isWoken ? Infinity : left),
    sent: (_, lane, bytes) => (left -= bytes),
  });
  const { alice, bob, ends } = aliceAndBob(pacer);
  const transfer = alice.door.send([target(BOB)], new Blob([content(BLOCK)]));
  await until(() => bob.offers.length > 0, ends);
  void bob.offers[0]!.accept();
  let sent = 0;
  const tap = (lane: Lane, bytes: Uint8Array) => {
    if (lane === 'bulk') sent += bytes.byteLength;
    return bytes;
  };
  await until(() => left <= 0, ends, tap);
  let idle = 0;
  await until(() => (idle += 1) > 50, ends, tap);
  expect(sent).toBeLessThan(40_000 + 17_000);
  isWoken = true;
  alice.door.wake(BOB);
  await until(() => isOver(transfer.peers.get().get(BOB)), ends, tap);
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'done' });
});

test('[C16] where the lane takes no more, the frame keeps its place', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob([content(BLOCK)]));
  await until(() => bob.offers.length > 0, ends);
  void bob.offers[0]!.accept();
  const { channels } = alice.link(BOB).port;
  const send = channels.send.bind(channels);
  let refusals = 0;
  channels.send = (lane, bytes) => (refusals++ % 2 === 0 ? false : send(lane, bytes));
  await until(() => {
    alice.door.wake(BOB);
    return isOver(transfer.peers.get().get(BOB));
  }, ends);
  expect(refusals).toBeGreaterThan(10);
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'done' });
});

test('[C16] an offer waits for who listens later, and is handed over once', async () => {
  const [alice, bob] = [end(ALICE), end(BOB)];
  connect(alice, bob);
  const transfer = alice.door.send([target(BOB)], new Blob([content(3)]));
  let idle = 0;
  await until(() => (idle += 1) > 20, [alice, bob]);
  const stop = bob.door.onFile({ farId: ALICE, request: REQUEST + 1 }, () => {
    throw new Error('of another stream');
  });
  listen(bob, ALICE);
  listen(bob, ALICE);
  stop();
  expect(bob.offers).toHaveLength(1);
  void bob.offers[0]!.accept();
  expect(await settled(transfer, [alice, bob])).toEqual({ phase: 'done' });
});

test('[C16] both ends may send to each other at once', async () => {
  const { alice, bob, ends } = aliceAndBob();
  listen(alice, BOB);
  const there = alice.door.send([target(BOB)], new Blob([content(BLOCK + 1)]));
  const back = bob.door.send([target(ALICE)], new Blob([content(BLOCK + 2)]));
  await until(() => bob.offers.length + alice.offers.length === 2, ends);
  const blobs = [bob.offers[0]!.accept(), alice.offers[0]!.accept()];
  await until(() => isOver(there.peers.get().get(BOB)) && isOver(back.peers.get().get(ALICE)), ends);
  expect((await blobs[0])!.size).toBe(BLOCK + 1);
  expect((await blobs[1])!.size).toBe(BLOCK + 2);
});

async function settled(
  transfer: ReturnType<ReturnType<typeof end>['door']['send']>,
  ends: Parameters<typeof until>[1],
) {
  await until(() => isOver([...transfer.peers.get().values()][0]), ends);
  return [...(await transfer.finished).values()][0];
}

test('[C16] what a link that has given way still brings is not taken', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const bytes = content(3 * BLOCK);
  const transfer = alice.door.send([target(BOB)], new Blob([bytes]));
  await until(() => bob.offers.length > 0, ends);
  const got = bob.offers[0]!.accept();
  await until(() => alice.link(BOB).wire.some(({ lane }) => lane === 'bulk'), ends);
  const late = [...alice.link(BOB).wire];
  const formerAtBob = bob.link(ALICE).port;
  connect(alice, bob);
  await until(() => transfer.peers.get().get(BOB)?.phase === 'moving' && carry(bob, alice), ends);
  for (const { lane, bytes: frame } of late)
    if (lane === 'bulk') expect(bob.door.bulk(formerAtBob, frame)).toBe(true);
  bob.door.control(formerAtBob, { t: 'withdraw', transfer: 1, code: 'file/cancelled' });
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(hash(await bytesOf(await got))).toBe(hash(bytes));
});
