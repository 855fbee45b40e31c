import type { ErrorCode, Lane, PeerId } from '@conclave/protocol';

import { ConclaveError } from '../../src/errors.js';
import type { FileOptions, FileTransfer } from '../../src/files/file-types.js';
import { collectReports } from '../support/reports.js';
import {
  ALICE,
  aliceAndBob,
  BLOCK,
  BOB,
  CHARLIE,
  connect,
  content,
  end,
  isOver,
  listen,
  memorySink,
  read,
  REQUEST,
  target,
  until,
} from './support/two-ends.js';

const failed = (code: ErrorCode) => ({ phase: 'failed', code });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error as ConclaveError).code,
  );

/** A file of ten blocks, half way to Bob. */
async function halfWay(options?: FileOptions, signal?: AbortSignal) {
  const { alice, bob, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob([content(10 * BLOCK)]), options);
  await until(() => bob.offers.length > 0, ends);
  const [offer] = bob.offers;
  const sink = memorySink();
  const accepted = codeOf(offer!.accept({ to: sink.stream, ...(signal && { signal }) }));
  const state = () => transfer.peers.get().get(BOB)!;
  await until(() => sink.all().length >= 3 * BLOCK, ends);
  return { alice, bob, ends, transfer, state, offer: offer!, sink, accepted };
}

/** Nothing of it is left anywhere, and nothing comes after. */
async function expectGone(half: Awaited<ReturnType<typeof halfWay>>, here: ErrorCode, there: ErrorCode) {
  const { alice, bob, ends, state, offer, sink, accepted } = half;
  await until(() => isOver(state()) && isOver(offer.state.get()), ends);
  expect([state(), offer.state.get()]).toEqual([failed(here), failed(there)]);
  expect(await accepted).toBe(there);
  expect(sink.kept).toMatchObject({ isClosed: false, aborted: expect.any(ConclaveError) });
  const length = sink.all().length;
  let idle = 0;
  let isTaken = true;
  // What was on the way is dropped and is no offence.
  await until(
    () => (idle += 1) > 30,
    ends,
    (lane, bytes) => {
      if (lane === 'bulk') isTaken &&= bob.door.bulk(bob.link(ALICE).port, bytes);
      return lane === 'bulk' ? undefined : bytes;
    },
  );
  expect(isTaken).toBe(true);
  expect(sink.all().length).toBe(length);
  expect(alice.link(BOB).wire).toEqual([]);
}

test('[C16] a file that its sender takes back half way leaves nothing behind', async () => {
  const half = await halfWay();
  half.transfer.cancel();
  expect(half.state()).toEqual(failed('file/cancelled'));
  half.transfer.cancel();
  await expectGone(half, 'file/cancelled', 'file/cancelled');
});

test('[C16] a file whose receiver cancels half way leaves nothing behind', async () => {
  const half = await halfWay();
  half.offer.cancel();
  half.offer.refuse();
  await expectGone(half, 'file/refused', 'file/refused');
});

test('[C16] the AbortSignal of the sender ends a file', async () => {
  const controller = new AbortController();
  const half = await halfWay({ signal: controller.signal });
  controller.abort();
  await expectGone(half, 'usage/aborted', 'file/cancelled');
});

test('[C16] the AbortSignal of the receiver ends a file', async () => {
  const controller = new AbortController();
  const half = await halfWay({}, controller.signal);
  controller.abort();
  await expectGone(half, 'file/refused', 'usage/aborted');
});

test('[C16] the end of the subscription ends its files, at both ends of it', async () => {
  const half = await halfWay();
  half.alice.door.ended('receiving', BOB, REQUEST, 'stream/closed');
  half.alice.door.ended('sending', BOB, REQUEST + 1, 'stream/closed');
  expect(half.state().phase).toBe('moving');
  half.alice.door.ended('sending', BOB, REQUEST, 'stream/closed');
  half.bob.door.ended('receiving', ALICE, REQUEST, 'stream/closed');
  await expectGone(half, 'stream/closed', 'stream/closed');
});

test('[C16] a peer that is gone for good ends its files', async () => {
  const half = await halfWay();
  half.alice.door.down(BOB, 'peer/lost');
  half.bob.door.down(ALICE, 'peer/lost');
  expect([half.state(), half.offer.state.get()]).toEqual([failed('peer/lost'), failed('peer/lost')]);
  expect(await half.accepted).toBe('peer/lost');
  expect(half.sink.kept.aborted).toBeInstanceOf(ConclaveError);
  connect(half.alice, half.bob);
  const again = half.alice.door.send([target(BOB)], new Blob(['again']));
  await until(() => half.bob.offers.length === 2, half.ends);
  void half.bob.offers[1]!.accept();
  await until(() => isOver(again.peers.get().get(BOB)), half.ends);
  expect(again.peers.get().get(BOB)).toEqual({ phase: 'done' });
});

test('[C16] a signal that is aborted already: nothing is offered, or nothing is taken', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const signal = AbortSignal.abort();
  const never = alice.door.send([target(BOB)], new Blob(['a']), { signal });
  expect(await never.finished).toEqual(new Map([[BOB, failed('usage/aborted')]]));
  const transfer = alice.door.send([target(BOB)], new Blob(['b']), { name: 'b' });
  await until(() => bob.offers.length > 0, ends);
  expect(bob.offers.map(({ name }) => name)).toEqual(['b']);
  const { stream, kept } = memorySink();
  expect(await codeOf(bob.offers[0]!.accept({ to: stream, signal }))).toBe('usage/aborted');
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual(failed('file/refused'));
  expect(kept.aborted).toBeInstanceOf(ConclaveError);
});

test('[C16] a file that was refused was never read', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const file = new Blob(['secret']);
  file.slice = () => {
    throw new Error('read');
  };
  const transfer = alice.door.send([target(BOB)], file);
  await until(() => bob.offers.length > 0, ends);
  bob.offers[0]!.refuse();
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual(failed('file/refused'));
  expect(await codeOf(bob.offers[0]!.accept())).toBe('file/refused');
});

test('[C16] what is done cannot be ended any more', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const controller = new AbortController();
  const { signal } = controller;
  const transfer = alice.door.send([target(BOB)], new Blob(['done']), { signal });
  await until(() => bob.offers.length > 0, ends);
  const blob = bob.offers[0]!.accept({ signal });
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  controller.abort();
  transfer.cancel();
  bob.offers[0]!.cancel();
  alice.door.down(BOB, 'peer/lost');
  bob.door.down(ALICE, 'peer/lost');
  expect([transfer.peers.get().get(BOB), bob.offers[0]!.state.get()]).toEqual([
    { phase: 'done' },
    { phase: 'done' },
  ]);
  expect(await (await blob)!.text()).toBe('done');
});

test.each<[string, (file: Blob) => void]>([
  [
    'cannot be read',
    (file) => (file.slice = () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) as Blob),
  ],
  ['is shorter than it was', (file) => (file.slice = () => new Blob(['short']))],
])('[C16] a file that %s ends with file/unreadable at both ends', async (_, spoil) => {
  const { alice, bob, ends } = aliceAndBob();
  const file = new Blob([content(2 * BLOCK)]);
  spoil(file);
  const transfer = alice.door.send([target(BOB)], file);
  await until(() => bob.offers.length > 0, ends);
  const { stream, kept } = memorySink();
  const accepted = codeOf(bob.offers[0]!.accept({ to: stream }));
  await until(() => isOver(transfer.peers.get().get(BOB)) && isOver(bob.offers[0]!.state.get()), ends);
  expect(transfer.peers.get().get(BOB)).toEqual(failed('file/unreadable'));
  expect(await accepted).toBe('file/unreadable');
  expect(kept.aborted).toBeInstanceOf(ConclaveError);
});

const full = () => Promise.reject(new Error('disk full'));
test.each<[string, UnderlyingSink<Uint8Array>]>([
  ['a write', { write: full }],
  ['closing', { close: full }],
  [
    'the stream itself',
    {
      start: (controller) => {
        controller.error(new Error('broken'));
      },
    },
  ],
])('[C16] where %s fails, both ends end with file/unwritable, and the cause is told', async (_, change) => {
  const { alice, bob, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob([content(2 * BLOCK)]));
  await until(() => bob.offers.length > 0, ends);
  const error = bob.offers[0]!.accept({ to: memorySink(change).stream }).catch((reason: unknown) => reason);
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual(failed('file/unwritable'));
  expect(await error).toMatchObject({ code: 'file/unwritable', cause: expect.any(Error) });
});

test('[C16] bytes that were changed on the way are not kept: file/corrupt', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob([content(3 * BLOCK)]));
  await until(() => bob.offers.length > 0, ends);
  const { stream, kept, all } = memorySink();
  const accepted = codeOf(bob.offers[0]!.accept({ to: stream }));
  await until(
    () => isOver(transfer.peers.get().get(BOB)),
    ends,
    (lane, bytes) => {
      const frame = read(lane, bytes);
      if (!('offset' in frame) || frame.type !== 'bulk' || frame.offset < 2 * BLOCK) return bytes;
      const changed = bytes.slice();
      changed[changed.length - 1]! ^= 1;
      return changed;
    },
  );
  expect(transfer.peers.get().get(BOB)).toEqual(failed('file/corrupt'));
  expect(await accepted).toBe('file/corrupt');
  expect(all().length).toBe(2 * BLOCK);
  expect(kept.aborted).toBeInstanceOf(ConclaveError);
});

test('[C16] eight files from a peer move at a time; others that are taken wait their turn', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const sinks = Array.from({ length: 10 }, () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    return { letGo, ...memorySink({ write: () => held }) };
  });
  const all = sinks.map(() => alice.door.send([target(BOB)], new Blob([content(10)])));
  await until(() => bob.offers.length === 10, ends);
  bob.offers.forEach((offer, index) => void offer.accept({ to: sinks[index]!.stream }));
  let takes = 0;
  const tap = (lane: Lane, bytes: Uint8Array) => {
    const frame = read(lane, bytes);
    if ('t' in frame && frame.t === 'take') takes += 1;
    return bytes;
  };
  let idle = 0;
  await until(() => (idle += 1) > 50, ends, tap);
  expect(takes).toBe(8);
  sinks[3]!.letGo();
  await until(() => takes === 9, ends, tap);
  expect(all[3]!.peers.get().get(BOB)).toEqual({ phase: 'done' });
  bob.offers[5]!.cancel();
  await until(() => takes === 10, ends, tap);
  for (const { letGo } of sinks) letGo();
  await until(() => all.every((one) => isOver(one.peers.get().get(BOB))), ends, tap);
  expect(all.map((one) => one.peers.get().get(BOB)!.phase)).toEqual(
    sinks.map((_, index) => (index === 5 ? 'failed' : 'done')),
  );
});

test('[C16] 32 offers may wait for an answer: one more is file/limit', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const all = Array.from({ length: 33 }, () => alice.door.send([target(BOB)], new Blob(['x'])));
  await until(() => isOver(all[32]!.peers.get().get(BOB)) && bob.offers.length === 32, ends);
  expect(all[32]!.peers.get().get(BOB)).toEqual(failed('file/limit'));
  bob.offers[0]!.refuse();
  await until(() => isOver(all[0]!.peers.get().get(BOB)), ends);
  alice.door.send([target(BOB)], new Blob(['y']));
  await until(() => bob.offers.length === 33, ends);
});

test('[C16] a file for a subscription that is none is declined: stream/unsubscribed', async () => {
  const { alice, bob, ends } = aliceAndBob();
  bob.isPlaying = false;
  const transfer = alice.door.send([target(BOB)], new Blob(['x']));
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual(failed('stream/unsubscribed'));
  expect(bob.offers).toEqual([]);
});

test('[C16] a file of a secret room does not cross a link on which the room was not proven: not even its name', async () => {
  const { alice, bob, ends } = aliceAndBob();
  alice.mayCross = false;
  const transfer = alice.door.send([target(BOB)], new File(['x'], 'secret.txt'));
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual(failed('room/not-admitted'));
  expect(bob.offers).toEqual([]);
});

test('[C16] a file for which nobody listens for 10 s ends with file/no-receiver', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick', 'performance'] });
  try {
    const [alice, bob] = [end(ALICE), end(BOB)];
    connect(alice, bob);
    const transfer = alice.door.send([target(BOB)], new Blob(['x']));
    await until(() => jest.getTimerCount() > 0, [alice, bob]);
    jest.advanceTimersByTime(9_999);
    expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'offered' });
    jest.advanceTimersByTime(1);
    await until(() => isOver(transfer.peers.get().get(BOB)), [alice, bob]);
    expect(transfer.peers.get().get(BOB)).toEqual(failed('file/no-receiver'));
  } finally {
    jest.useRealTimers();
  }
});

test.each<[string, FileOptions]>([
  ['', {}],
  [', also with a signal that was aborted before', { signal: AbortSignal.abort() }],
])('[C16] a file to nobody is finished at once%s', async (_, options) => {
  const transfer = end(ALICE).door.send([], new Blob(['x']), options);
  expect(await transfer.finished).toEqual(new Map());
});

test('[C16] a peer that subscribed twice is offered a file once', async () => {
  const { alice, bob, ends } = aliceAndBob();
  alice.door.send([{ farId: BOB, request: 1 }, target(BOB)], new Blob(['x']));
  await until(() => bob.offers.length > 0, ends);
  expect(bob.offers).toHaveLength(1);
});

test('[C16] the name is the one of a File, and may be another', () => {
  const { alice } = aliceAndBob();
  const name = (file: Blob, options?: FileOptions) => alice.door.send([], file, options).name;
  expect(name(new Blob([]))).toBe('');
  expect(name(new File([], 'a.txt'))).toBe('a.txt');
  expect(name(new File([], 'a.txt'), { name: 'b.txt' })).toBe('b.txt');
});

test.each<[string, FileOptions, ErrorCode]>([
  ['a name of 257 characters', { name: 'x'.repeat(257) }, 'usage/invalid-argument'],
  ['a name that is no text', { name: 7 as unknown as string }, 'usage/invalid-argument'],
  ['metadata of more than 1 KiB', { metadata: 'x'.repeat(1025) }, 'data/too-large'],
  ['metadata that is no value', { metadata: (() => 0) as unknown as null }, 'data/unsupported-value'],
])('[C16] %s is refused where it is given', (_, options, code) => {
  const { alice } = aliceAndBob();
  expect(() => alice.door.send([target(BOB)], new Blob([]), options)).toThrow(
    expect.objectContaining({ code }),
  );
});

test('[C16] a file is accepted once, into a stream that nobody else writes to', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob(['x']));
  await until(() => bob.offers.length > 0, ends);
  const [offer] = bob.offers;
  const { stream } = memorySink();
  const writer = stream.getWriter();
  const misuse = expect.objectContaining({ code: 'usage/invalid-argument' });
  expect(() => offer!.accept({ to: stream })).toThrow(misuse);
  writer.releaseLock();
  void offer!.accept({ to: stream });
  expect(() => offer!.accept()).toThrow(misuse);
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
});

test('[C16] listeners that throw are reported and stop nothing', async () => {
  const reported = collectReports();
  const { alice, bob, ends } = aliceAndBob();
  const broken = () => {
    throw new Error('broken');
  };
  bob.door.onFile(target(ALICE), broken);
  listen(bob, ALICE);
  const transfer: FileTransfer = alice.door.send([target(BOB)], new Blob(['x']), { onProgress: broken });
  transfer.peers.subscribe(broken);
  await until(() => bob.offers.length === 2, ends);
  void bob.offers[0]!.accept({ onProgress: broken });
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'done' });
  expect(reported.length).toBeGreaterThanOrEqual(4);
});

test('[C16] who cancels in the moment when it hears of progress is obeyed', async () => {
  const { alice, bob, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob([content(3 * BLOCK)]));
  await until(() => bob.offers.length > 0, ends);
  const [offer] = bob.offers;
  const accepted = codeOf(offer!.accept({ onProgress: () => offer!.cancel() }));
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual(failed('file/refused'));
  expect(await accepted).toBe('file/refused');
});

test('[C16] files of one peer end without those of another', async () => {
  const [alice, bob, charlie] = [end(ALICE), end(BOB), end(CHARLIE)];
  for (const far of [bob, charlie]) {
    connect(alice, far);
    listen(far, ALICE);
  }
  const transfer = alice.door.send([target(BOB), target(CHARLIE)], new Blob(['x']));
  await until(() => charlie.offers.length + bob.offers.length === 2, [alice, bob, charlie]);
  alice.door.down(BOB, 'peer/lost');
  void charlie.offers[0]!.accept();
  await until(() => isOver(transfer.peers.get().get(CHARLIE)), [alice, charlie]);
  expect(await transfer.finished).toEqual(
    new Map<PeerId, object>([
      [BOB, failed('peer/lost')],
      [CHARLIE, { phase: 'done' }],
    ]),
  );
});
