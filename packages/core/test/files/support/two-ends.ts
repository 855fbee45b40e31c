import { createHash } from 'node:crypto';

import {
  decodeControlFrame,
  decodeDataFrame,
  encodeControlFrame,
  type ControlFrame,
  type DataFrame,
  type Lane,
  type PeerId,
} from '@conclave/protocol';

import type { Pacer } from '../../../src/data/pacer-port.js';
import { FileDoor } from '../../../src/files/file-door.js';
import type { FileTarget } from '../../../src/files/file-ports.js';
import type { FileOffer, FileState } from '../../../src/files/file-types.js';
import type { LinkPort } from '../../../src/link/link-port.js';
import { memoryLink, type MemoryLink } from '../../support/memory-link.js';
import { turns } from '../../support/reports.js';

export const ALICE = 'a'.repeat(64) as PeerId;
export const BOB = 'b'.repeat(64) as PeerId;
export const CHARLIE = 'c'.repeat(64) as PeerId;
/** The subscription by which files go in these tests. */
export const REQUEST = 7;
export const BLOCK = 256 * 1024;

/** A pacer that is in nobody's way. */
export function openPacer(change: Partial<Pacer> = {}): Pacer {
  return {
    windowBytes: () => 128 * 1024,
    frameBytes: () => 16 * 1024,
    allowance: () => Infinity,
    sent: () => undefined,
    stop: () => undefined,
    start: () => undefined,
    ...change,
  };
}

/** One end of a line. */
export interface End {
  readonly id: PeerId;
  readonly door: FileDoor;
  /** What was said on the present link to a peer, as it was put on the wire. */
  link(farId: PeerId): MemoryLink;
  /** Offers that were handed over. */
  readonly offers: FileOffer[];
  /** Whether messages wait. */
  isBusy: boolean;
  /** Whether it plays what the others publish. */
  isPlaying: boolean;
  /** Whether a link may carry its files. */
  mayCross: boolean;
  readonly links: Map<PeerId, MemoryLink>;
}

export function end(id: PeerId, pacer: Pacer = openPacer()): End {
  const self: End = {
    id,
    door: new FileDoor({
      pacer: () => pacer,
      isPlaying: (_, request) => self.isPlaying && request === REQUEST,
      mayCross: () => self.mayCross,
      isBusy: () => self.isBusy,
    }),
    link: (farId) => self.links.get(farId)!,
    offers: [],
    isBusy: false,
    isPlaying: true,
    mayCross: true,
    links: new Map(),
  };
  return self;
}

/** A link whose control frames are on its wire too. */
function open(farId: PeerId): MemoryLink {
  const memory = memoryLink(farId);
  const port: LinkPort = {
    ...memory.port,
    send: (frame) => {
      if (memory.open) memory.wire.push({ lane: 'control', bytes: encodeControlFrame(frame) });
    },
  };
  return {
    port,
    wire: memory.wire,
    take: (lane) => memory.take(lane),
    get open() {
      return memory.open;
    },
    set open(value) {
      memory.open = value;
    },
  };
}

/** Links two ends anew: what is on the way over the last link is lost. */
export function connect(a: End, b: End): void {
  for (const [near, far] of [
    [a, b],
    [b, a],
  ] as const) {
    const former = near.links.get(far.id);
    if (former) former.open = false;
    near.links.set(far.id, open(far.id));
  }
  a.door.up(a.link(b.id).port);
  b.door.up(b.link(a.id).port);
}

/** A frame, read. */
export function read(lane: Lane, bytes: Uint8Array): ControlFrame | DataFrame {
  const frame = lane === 'control' ? decodeControlFrame(bytes) : decodeDataFrame(bytes);
  if (!frame.ok) throw new Error(frame.code);
  return frame.value;
}

/** What crosses the line: may look at a frame, change it, or answer nothing to lose it. */
export type Tap = (lane: Lane, bytes: Uint8Array, from: End) => Uint8Array | undefined;

/** Lets the oldest frame of one end arrive at the other. False where there was none. */
export function carry(from: End, to: End, tap: Tap = (_, bytes) => bytes): boolean {
  const link = from.links.get(to.id);
  const first = link?.wire[0];
  if (!link || !first) return false;
  link.take();
  const bytes = tap(first.lane, first.bytes, from);
  if (bytes) hand(from, to, first.lane, bytes);
  if (first.lane === 'bulk') from.door.wake(link.port.farId);
  return true;
}

/** Hands a frame to an end as if it had come from the other. */
export function hand(from: End, to: End, lane: Lane, bytes: Uint8Array): boolean {
  const link = to.link(from.id).port;
  if (lane === 'bulk') return to.door.bulk(link, bytes);
  const frame = decodeControlFrame(bytes);
  return frame.ok && to.door.control(link, frame.value);
}

/** Says a control frame to an end as if it had come from the other. */
export function say(from: End, to: End, frame: ControlFrame): boolean {
  return hand(from, to, 'control', encodeControlFrame(frame));
}

/** Less than a test has. */
const PATIENCE_MS = 5_000;

/** Lets everything arrive, both ways, until this is so. */
export async function until(isSo: () => boolean, ends: readonly End[], tap?: Tap): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error('it did not come about');
    for (const from of ends) for (const to of ends) if (from !== to) carry(from, to, tap);
    await turns();
  }
}

/** A file whose every byte says where it is. */
export function content(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8) * 7 + (at >> 16)) & 0xff;
  return bytes;
}

export function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function bytesOf(blob: Blob | undefined): Promise<Uint8Array> {
  return new Uint8Array(await blob!.arrayBuffer());
}

/** Alice and Bob, linked; Bob hears of what Alice offers. */
export function aliceAndBob(pacer?: Pacer): { alice: End; bob: End; ends: readonly End[] } {
  const [alice, bob] = [end(ALICE, pacer), end(BOB)];
  connect(alice, bob);
  listen(bob, ALICE);
  return { alice, bob, ends: [alice, bob] };
}

export function listen(at: End, farId: PeerId): void {
  at.door.onFile({ farId, request: REQUEST }, (offer) => at.offers.push(offer));
}

export const target = (farId: PeerId): FileTarget => ({ farId, request: REQUEST });

export const isOver = (state: FileState | undefined) => state?.phase === 'done' || state?.phase === 'failed';

/** A stream that keeps what it is given, and how it ended. */
export function memorySink(change: UnderlyingSink<Uint8Array> = {}) {
  const kept = { isClosed: false, aborted: undefined as unknown };
  const blocks: Uint8Array[] = [];
  const stream = new WritableStream<Uint8Array>({
    write: (block) => void blocks.push(block.slice()),
    close: () => void (kept.isClosed = true),
    abort: (reason) => void (kept.aborted = reason),
    ...change,
  });
  return { stream, kept, all: () => Buffer.concat(blocks) };
}
