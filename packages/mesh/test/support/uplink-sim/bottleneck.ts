import type { VirtualTime } from './virtual-time.js';

/** A packet on its way. */
export interface Packet {
  /** On the wire. */
  readonly bytes: number;
  readonly of: 'audio' | 'video' | 'data';
  arrive(): void;
  lost?(): void;
}

/** What became of packets of a kind. */
export interface Counters {
  packets: number;
  bytes: number;
  dropped: number;
  queueSumMs: number;
  queueMaxMs: number;
}

/** How a bottleneck is shaped. */
export interface BottleneckShape {
  readonly rateBps: number;
  /** What it holds before it drops. */
  readonly queueBytes: number;
  /** How far it is from here to there, one way. */
  readonly delayMs: number;
}

/** A drop-tail queue before a line of a given rate. */
export class Bottleneck {
  readonly #time: VirtualTime;
  #shape: BottleneckShape;
  #queue: { readonly packet: Packet; readonly atMs: number }[] = [];
  #queuedBytes = 0;
  #isBusy = false;
  #counters = emptyCounters();

  constructor(time: VirtualTime, shape: BottleneckShape) {
    this.#time = time;
    this.#shape = shape;
  }

  /** Changes it from now on. */
  shape(shape: Partial<BottleneckShape>): void {
    this.#shape = { ...this.#shape, ...shape };
  }

  /** How long what arrives now would wait. */
  get queueMs(): number {
    return (this.#queuedBytes * 8_000) / this.#shape.rateBps;
  }

  /** What became of everything since this was last asked. */
  takeCounters(): ReturnType<typeof emptyCounters> {
    const counters = this.#counters;
    this.#counters = emptyCounters();
    return counters;
  }

  send(packet: Packet): void {
    const counter = this.#counters[packet.of];
    if (this.#queuedBytes + packet.bytes > this.#shape.queueBytes) {
      counter.dropped++;
      packet.lost?.();
      return;
    }
    this.#queue.push({ packet, atMs: this.#time.nowMs });
    this.#queuedBytes += packet.bytes;
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    const first = this.#queue.shift();
    this.#isBusy = first !== undefined;
    if (!first) return;
    const { packet, atMs } = first;
    const waitedMs = this.#time.nowMs - atMs;
    const counter = this.#counters[packet.of];
    counter.packets++;
    counter.bytes += packet.bytes;
    counter.queueSumMs += waitedMs;
    counter.queueMaxMs = Math.max(counter.queueMaxMs, waitedMs);
    this.#time.after((packet.bytes * 8_000) / this.#shape.rateBps, () => {
      this.#queuedBytes -= packet.bytes;
      this.#time.after(this.#shape.delayMs, () => packet.arrive());
      this.#next();
    });
  }
}

function emptyCounters(): Record<Packet['of'], Counters> {
  const empty = () => ({ packets: 0, bytes: 0, dropped: 0, queueSumMs: 0, queueMaxMs: 0 });
  return { audio: empty(), video: empty(), data: empty() };
}
