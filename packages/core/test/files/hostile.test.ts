import { encodeDataFrame, type ControlFrame } from '@conclave/protocol';

import { turns } from '../support/reports.js';
import {
  ALICE,
  aliceAndBob,
  BLOCK,
  BOB,
  connect,
  content,
  end,
  hand,
  isOver,
  listen,
  read,
  REQUEST,
  say,
  target,
  until,
  type End,
} from './support/two-ends.js';

const offer = (transfer: number, change: object = {}): ControlFrame => ({
  ...{ t: 'file', transfer, request: REQUEST, size: 10, name: '', type: '' },
  ...change,
});
const bulk = (transfer: number, offset: number, bytes: number) =>
  encodeDataFrame({ type: 'bulk', sentAtUs: 0, transfer, offset, payload: new Uint8Array(bytes) });

/** What an end has answered on its present link. */
const said = (by: End, to: End) => by.link(to.id).wire.map(({ lane, bytes }) => read(lane, bytes));

/** Lets so many offers arrive: their numbers. */
async function offered(count: number, at: End, ends: readonly End[]): Promise<readonly number[]> {
  const ids: number[] = [];
  await until(
    () => at.offers.length === count,
    ends,
    (lane, bytes) => {
      const frame = read(lane, bytes);
      if ('t' in frame && frame.t === 'file') ids.push(frame.transfer);
      return bytes;
    },
  );
  return ids;
}

/** Bob, to whom Mallory may say whatever Mallory likes. */
async function bobAndMallory() {
  const { alice: mallory, bob, ends } = aliceAndBob();
  say(mallory, bob, offer(1));
  await until(() => bob.offers.length > 0, ends);
  return { mallory, bob, ends };
}

test('[C16] a thousand offers at once, before and after files are at work: 32 wait, every other is declined or dropped', async () => {
  const { alice: mallory, bob } = aliceAndBob();
  for (let transfer = 1; transfer <= 1000; transfer += 1)
    expect(say(mallory, bob, offer(transfer))).toBe(true);
  while (bob.offers.length === 0) await turns();
  for (let transfer = 2000; transfer <= 3000; transfer += 1) say(mallory, bob, offer(transfer));
  expect(bob.offers).toHaveLength(32);
  const answers = said(bob, mallory);
  expect(answers.length).toBeGreaterThan(1000);
  expect(answers.every((frame) => 't' in frame && frame.t === 'decline' && frame.code === 'file/limit')).toBe(
    true,
  );
});

test('[C16] who asks without end and reads no answer gets none', async () => {
  const { mallory, bob } = await bobAndMallory();
  const { wire } = bob.link(ALICE);
  bob.isPlaying = false;
  say(mallory, bob, offer(2));
  expect(wire).toHaveLength(1);
  wire.push({ lane: 'control', bytes: new Uint8Array(256 * 1024) }); // answers that were not read
  for (let transfer = 3; transfer < 100; transfer += 1) say(mallory, bob, offer(transfer));
  expect(wire).toHaveLength(2);
});

test('[C16] a file of any size costs no memory before its bytes come', async () => {
  const { mallory, bob } = await bobAndMallory();
  say(mallory, bob, offer(2, { size: Number.MAX_SAFE_INTEGER }));
  const huge = bob.offers[1]!;
  expect(huge.size).toBe(Number.MAX_SAFE_INTEGER);
  const before = process.memoryUsage().arrayBuffers;
  void huge.accept();
  expect(hand(mallory, bob, 'bulk', bulk(2, 0, 10))).toBe(true);
  expect(huge.state.get()).toEqual({ phase: 'moving', bytes: 0 });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * BLOCK);
});

test('[C16] bytes before they were asked for, beyond the size or of nobody`s file are not taken', async () => {
  const { mallory, bob } = await bobAndMallory();
  expect(hand(mallory, bob, 'bulk', bulk(99, 0, 1))).toBe(false);
  expect(hand(mallory, bob, 'bulk', new Uint8Array([4, 0]))).toBe(false);
  expect(
    hand(mallory, bob, 'bulk', encodeDataFrame({ type: 'lossy', request: 1, payload: new Uint8Array() })),
  ).toBe(false);
  expect(hand(mallory, bob, 'bulk', bulk(1, 0, 1))).toBe(true);
  expect(bob.offers[0]!.state.get()).toEqual({ phase: 'failed', code: 'file/corrupt' });
  say(mallory, bob, offer(2));
  void bob.offers[1]!.accept();
  hand(mallory, bob, 'bulk', bulk(2, 0, 11));
  expect(bob.offers[1]!.state.get()).toEqual({ phase: 'failed', code: 'file/corrupt' });
  expect(hand(mallory, bob, 'bulk', bulk(2, 11, 1))).toBe(true); // of a file that has just ended
});

test('[C16] a file that comes back as another one over a new link is corrupt', async () => {
  const { mallory, bob } = await bobAndMallory();
  void bob.offers[0]!.accept();
  say(mallory, bob, offer(1, { size: 11 })); // on the same link it means nothing
  expect(bob.offers[0]!.state.get().phase).toBe('moving');
  connect(mallory, bob);
  say(mallory, bob, offer(1, { size: 11 }));
  expect(bob.offers[0]!.state.get()).toEqual({ phase: 'failed', code: 'file/corrupt' });
  expect(bob.offers).toHaveLength(1);
});

test('[C16] metadata that is no value is declined', async () => {
  const { mallory, bob } = await bobAndMallory();
  say(mallory, bob, offer(2, { metadata: new Uint8Array([0xc1]) }));
  expect(said(bob, mallory)).toEqual([{ t: 'decline', transfer: 2, code: 'link/bad-frame' }]);
  expect(bob.offers).toHaveLength(1);
});

test.each<[string, object]>([
  ['takes from the middle', { t: 'take', from: BLOCK }],
  ['has got what was not sent', { t: 'got', bytes: BLOCK }],
  ['has kept what was not sent', { t: 'kept' }],
])('[C16] a receiver that %s is not believed, and loses the file', async (_, lie) => {
  const { alice, bob: mallory, ends } = aliceAndBob();
  const transfer = alice.door.send([target(BOB)], new Blob([content(3 * BLOCK)]));
  const ids = await offered(1, mallory, ends);
  say(mallory, alice, { ...lie, transfer: ids[0] } as ControlFrame);
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'failed', code: 'link/bad-frame' });
});

test('[C16] a receiver that takes more than eight files at a time gets no more', async () => {
  const alice = end(ALICE);
  const mallory = end(BOB);
  connect(alice, mallory);
  listen(mallory, ALICE);
  const all = Array.from({ length: 9 }, () => alice.door.send([target(BOB)], new Blob([content(BLOCK)])));
  for (const transfer of await offered(9, mallory, [alice, mallory]))
    say(mallory, alice, { t: 'take', transfer, from: 0 });
  expect(all.map((one) => one.peers.get().get(BOB)!.phase)).toEqual([
    ...Array<string>(8).fill('moving'),
    'failed',
  ]);
  expect(all[8]!.peers.get().get(BOB)).toEqual({ phase: 'failed', code: 'file/limit' });
});

test('[C16] words about files that nobody knows mean nothing', async () => {
  const { mallory, bob, ends } = await bobAndMallory();
  for (const frame of [
    { t: 'take', transfer: 5, from: 0 },
    { t: 'got', transfer: 5, bytes: 1 },
    { t: 'kept', transfer: 5 },
    { t: 'decline', transfer: 5, code: 'file/refused' },
    { t: 'withdraw', transfer: 5, code: 'file/cancelled' },
  ] as const)
    expect(say(mallory, bob, frame)).toBe(true);
  expect(bob.door.control(bob.link(ALICE).port, { t: 'beat' })).toBe(false);
  const transfer = mallory.door.send([target(BOB)], new Blob(['good']));
  await until(() => bob.offers.length > 1, ends);
  void bob.offers[1]!.accept();
  await until(() => isOver(transfer.peers.get().get(BOB)), ends);
  expect(transfer.peers.get().get(BOB)).toEqual({ phase: 'done' });
});
