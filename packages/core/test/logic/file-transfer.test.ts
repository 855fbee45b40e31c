import type { ErrorCode } from '@conclave/protocol';
import fc from 'fast-check';

import { BLOCK_BYTES, MAX_AHEAD_BYTES } from '../../src/logic/file-blocks.js';
import {
  stepReceiving,
  type FileReceiving,
  type ReceivingEffect,
  type ReceivingEvent,
} from '../../src/logic/file-receiving.js';
import {
  nextPart,
  startSending,
  stepSending,
  type FilePart,
  type FileSending,
  type SendingEvent,
} from '../../src/logic/file-sending.js';

const FRAME_BYTES = 48 * 1024;

type There = { t: 'file' } | { t: 'withdraw'; code: ErrorCode };
type Back =
  | { t: 'take'; from: number }
  | { t: 'got'; bytes: number }
  | { t: 'kept' }
  | { t: 'decline'; code: ErrorCode };

/** A sender and a receiver, and a line between them that can be cut and made anew at any moment. */
class Network {
  readonly size: number;
  sender: FileSending;
  receiver: FileReceiving | undefined;
  there: There[] = [];
  back: Back[] = [];
  bulk: FilePart[] = [];
  /** Blocks that were checked and wait to be written, by their ends. */
  unwritten: number[] = [];
  /** Whether the file was said over the present link: until then the receiver answers into the void of the last one. */
  isSaid = false;
  isClosing = false;
  isDiscarded = false;
  gathered = 0;
  whole = 0;
  written = 0;
  senderProgress: number[] = [0];
  receiverProgress: number[] = [0];

  constructor(size: number) {
    this.size = size;
    this.sender = startSending(size);
    this.send({ type: 'up' });
  }

  relink(): void {
    this.there = [];
    this.back = [];
    this.bulk = [];
    this.isSaid = false;
    this.send({ type: 'up' });
  }

  send(event: SendingEvent): void {
    const [state, effects] = stepSending(this.sender, event);
    this.sender = state;
    for (const effect of effects)
      this.there.push(effect.do === 'offer' ? { t: 'file' } : { t: 'withdraw', code: effect.code });
    if ('got' in state) this.senderProgress.push(state.got);
  }

  receive(event: ReceivingEvent): void {
    if (!this.receiver) return;
    const before = this.receiver;
    const [state, effects] = stepReceiving(before, event);
    this.receiver = state;
    for (const effect of effects) this.#do(effect, event);
    if (state.phase === 'moving') this.receiverProgress.push(state.written);
  }

  act(what: string): boolean {
    switch (what) {
      case 'put': {
        const part = nextPart(this.sender, FRAME_BYTES);
        if (!part) return false;
        this.bulk.push(part);
        this.send({ type: 'sent', part });
        return true;
      }
      case 'bulk': {
        const part = this.bulk.shift();
        if (part) this.receive(part);
        return part !== undefined;
      }
      case 'there': {
        const frame = this.there.shift();
        if (frame?.t === 'file') this.isSaid = true;
        if (frame?.t === 'withdraw') this.receive({ type: 'withdraw', code: frame.code });
        else if (frame && this.receiver) this.receive({ type: 'file' });
        else if (frame) this.receiver = { phase: 'offered', size: this.size };
        return frame !== undefined;
      }
      case 'back': {
        const frame = this.back.shift();
        if (frame?.t === 'take') this.send({ type: 'take', from: frame.from });
        else if (frame?.t === 'got') this.send({ type: 'got', bytes: frame.bytes });
        else if (frame?.t === 'decline') this.send({ type: 'decline', code: frame.code });
        else if (frame) this.send({ type: 'kept' });
        return frame !== undefined;
      }
      case 'accept': {
        if (this.receiver?.phase !== 'offered') return false;
        this.receive({ type: 'accept' });
        this.receive({ type: 'turn' });
        return true;
      }
      case 'write': {
        const bytes = this.unwritten.shift();
        if (bytes === undefined) return false;
        if (!this.isDiscarded) this.written = bytes;
        this.receive({ type: 'written', bytes });
        return true;
      }
      case 'close': {
        if (!this.isClosing) return false;
        this.isClosing = false;
        this.receive({ type: 'closed' });
        return true;
      }
      case 'relink':
        this.relink();
        return true;
      case 'cancel':
        this.send({ type: 'end', code: 'file/cancelled', tell: 'file/cancelled' });
        return true;
      case 'refuse':
        this.receive({ type: 'end', code: 'usage/aborted', tell: 'file/refused' });
        return true;
      default:
        this.receive({ type: 'unwritable' });
        return true;
    }
  }

  /** Lets everything that is on its way arrive. */
  drain(): void {
    const acts = ['there', 'accept', 'back', 'put', 'bulk', 'write', 'close'];
    while (acts.filter((what) => this.act(what)).length > 0);
  }

  #say(frame: Back): void {
    if (this.isSaid) this.back.push(frame);
  }

  #do(effect: ReceivingEffect, event: ReceivingEvent): void {
    switch (effect.do) {
      case 'take':
        this.#say({ t: 'take', from: effect.from });
        break;
      case 'got':
        this.#say({ t: 'got', bytes: effect.bytes });
        break;
      case 'kept':
        this.#say({ t: 'kept' });
        break;
      case 'decline':
        this.#say({ t: 'decline', code: effect.code });
        break;
      case 'gather':
        // What comes is what follows: the bytes that are kept are those that were sent.
        expect(event).toMatchObject({ offset: this.whole + this.gathered });
        this.gathered += (event as Extract<FilePart, { type: 'bulk' }>).bytes;
        break;
      case 'drop':
        this.gathered = 0;
        break;
      case 'check':
        expect(effect.end).toBe(this.whole + this.gathered);
        expect(this.gathered).toBe(Math.min(BLOCK_BYTES, this.size - this.whole));
        this.whole = effect.end;
        this.gathered = 0;
        this.unwritten.push(effect.end);
        break;
      case 'close':
        this.isClosing = true;
        break;
      case 'discard':
        this.isDiscarded = true;
    }
  }
}

const rising = (numbers: readonly number[]) =>
  numbers.every((one, index) => one >= (numbers[index - 1] ?? 0));

const sizes = fc.oneof(
  fc.constantFrom(0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 16 * BLOCK_BYTES),
  fc.nat(16 * BLOCK_BYTES),
);
const MOVES = ['put', 'put', 'put', 'bulk', 'bulk', 'there', 'back', 'accept', 'write', 'close'];

/** Runs a script of moves, with links that break between; `ends` may stand in it once. */
function run(moves: readonly string[], size: number): Network {
  const network = new Network(size);
  const notBeyond = () => {
    const state = network.sender;
    if (state.phase === 'moving') expect(state.sent - state.got).toBeLessThanOrEqual(MAX_AHEAD_BYTES);
    const end = network.receiver;
    if (end?.phase === 'moving') expect(end.received - end.written).toBeLessThanOrEqual(MAX_AHEAD_BYTES);
  };
  for (const move of moves) {
    network.act(move);
    notBeyond();
  }
  network.drain();
  network.relink(); // the last word of either end may have been lost
  network.drain();
  notBeyond();
  expect(rising(network.senderProgress)).toBe(true);
  expect(rising(network.receiverProgress)).toBe(true);
  return network;
}

test('[C16] whatever breaks on the way, all of a file arrives once and in order, and both ends say so', () => {
  const script = fc.array(
    fc.oneof({ arbitrary: fc.constantFrom(...MOVES), weight: 30 }, fc.constant('relink')),
    {
      maxLength: 600,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(sizes, script, (size, moves) => {
      const network = run(moves, size);
      expect(network.written).toBe(size);
      expect([network.sender, network.receiver]).toEqual([{ phase: 'done' }, { phase: 'done' }]);
    }),
    { numRuns: 200 },
  );
});

test('[C16] a file that one end gives up ends at both, and of what had come nothing is kept', () => {
  const script = fc.array(
    fc.oneof({ arbitrary: fc.constantFrom(...MOVES), weight: 30 }, fc.constant('relink')),
    {
      maxLength: 400,
      size: 'max',
    },
  );
  const ends = fc.constantFrom('cancel', 'refuse', 'unwritable');
  fc.assert(
    fc.property(sizes, script, ends, script, (size, before, end, after) => {
      const { sender, receiver, isDiscarded, written } = run([...before, end, ...after], size);
      expect(['done', 'failed']).toContain(sender.phase);
      if (receiver) expect(['done', 'failed']).toContain(receiver.phase);
      if (receiver?.phase === 'failed') expect([sender.phase, isDiscarded]).toEqual(['failed', true]);
      // The sender may take back what the receiver has: then nothing is lost by it.
      if (receiver?.phase === 'done') expect(written).toBe(size);
      if (sender.phase === 'done') expect(receiver?.phase).toBe('done');
    }),
    { numRuns: 200 },
  );
});

test('[C16] nothing moves before it is taken, and no more than 2 MiB beyond what was said to have come', () => {
  const network = new Network(64 * BLOCK_BYTES);
  expect(network.act('put')).toBe(false);
  network.act('there');
  network.act('accept');
  network.act('back');
  while (network.act('put'));
  expect(network.sender).toMatchObject({ phase: 'moving', sent: MAX_AHEAD_BYTES, closed: MAX_AHEAD_BYTES });
  while (network.act('bulk'));
  network.act('write');
  network.act('back');
  while (network.act('put'));
  expect(network.sender).toMatchObject({ got: BLOCK_BYTES, sent: MAX_AHEAD_BYTES + BLOCK_BYTES });
});

const LIE = { phase: 'failed', code: 'link/bad-frame', told: 'link/bad-frame' };
const course = { size: 3 * BLOCK_BYTES, got: BLOCK_BYTES, sealed: 2 * BLOCK_BYTES };
const moving = { phase: 'moving', sent: 2 * BLOCK_BYTES, closed: 2 * BLOCK_BYTES, ...course } as const;
const paused = { phase: 'paused', ...course } as const;

test.each<[string, FileSending, SendingEvent]>([
  ['a first take from the middle', startSending(9), { type: 'take', from: 9 }],
  ['a take while it moves', moving, { type: 'take', from: BLOCK_BYTES }],
  ['a take of less than it has said to have', paused, { type: 'take', from: 0 }],
  ['a take from beyond what was sent', paused, { type: 'take', from: 3 * BLOCK_BYTES }],
  ['a take from within a block', paused, { type: 'take', from: BLOCK_BYTES + 1 }],
  ['got before take', startSending(9), { type: 'got', bytes: 0 }],
  ['got of more than was sealed', moving, { type: 'got', bytes: 3 * BLOCK_BYTES }],
  ['got of a part of a block', moving, { type: 'got', bytes: BLOCK_BYTES + 1 }],
  ['kept before all was sent', moving, { type: 'kept' }],
  ['kept before anything was sent', startSending(9), { type: 'kept' }],
])('[C16] a receiver that says %s is not believed: link/bad-frame', (_, state, event) => {
  expect(stepSending(state, event)).toEqual([LIE, [{ do: 'withdraw', code: 'link/bad-frame' }]]);
});

const half = { phase: 'moving', size: 3 * BLOCK_BYTES, received: 100, sealed: 0, written: 0 } as const;
const full = { ...half, received: BLOCK_BYTES };

test.each<[string, FileReceiving, ReceivingEvent]>([
  ['bytes before they were asked for', { phase: 'offered', size: 9 }, { type: 'bulk', offset: 0, bytes: 9 }],
  ['a seal before it was asked for', { phase: 'offered', size: 9 }, { type: 'seal', offset: 9 }],
  ['bytes twice', half, { type: 'bulk', offset: 0, bytes: 100 }],
  ['bytes with a gap', half, { type: 'bulk', offset: 101, bytes: 1 }],
  ['no bytes', half, { type: 'bulk', offset: 100, bytes: 0 }],
  ['bytes of two blocks', half, { type: 'bulk', offset: 100, bytes: BLOCK_BYTES }],
  ['bytes beyond the size', { ...half, size: 200 }, { type: 'bulk', offset: 100, bytes: 101 }],
  ['a block without the seal of the one before', full, { type: 'bulk', offset: BLOCK_BYTES, bytes: 1 }],
  ['a seal within a block', half, { type: 'seal', offset: 100 }],
  ['a seal of another place', full, { type: 'seal', offset: 2 * BLOCK_BYTES }],
  ['a seal twice', { ...full, sealed: BLOCK_BYTES }, { type: 'seal', offset: BLOCK_BYTES }],
  [
    'more than 2 MiB that was not acknowledged',
    {
      ...{ phase: 'moving', size: 64 * BLOCK_BYTES, written: 0 },
      ...{ received: MAX_AHEAD_BYTES, sealed: MAX_AHEAD_BYTES },
    },
    { type: 'bulk', offset: MAX_AHEAD_BYTES, bytes: 1 },
  ],
])('[C16] a sender that sends %s is not listened to: file/corrupt', (_, state, event) => {
  expect(stepReceiving(state, event)).toEqual([
    { phase: 'failed', code: 'file/corrupt', told: 'file/corrupt' },
    [{ do: 'decline', code: 'file/corrupt' }, { do: 'discard' }],
  ]);
});
