interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Virtual time: what is due runs in order, at once. */
export class VirtualTime {
  #nowMs = 0;
  #order = 0;
  /** A binary heap. */
  readonly #events: Event[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs something later. */
  after(delayMs: number, run: () => void): void {
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run });
  }

  /** Runs something again and again; the answer stops it. */
  every(periodMs: number, run: () => void): () => void {
    let isOn = true;
    const next = (): void => {
      if (!isOn) return;
      run();
      this.after(periodMs, next);
    };
    this.after(periodMs, next);
    return () => {
      isOn = false;
    };
  }

  /** Runs what is due in the next milliseconds. */
  run(forMs: number): void {
    const untilMs = this.#nowMs + forMs;
    for (let event = this.#events[0]; event && event.atMs <= untilMs; event = this.#events[0]) {
      this.#pop();
      this.#nowMs = event.atMs;
      event.run();
    }
    this.#nowMs = untilMs;
  }

  #push(event: Event): void {
    const heap = this.#events;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Event;
      if (!isBefore(event, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): void {
    const heap = this.#events;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!isBefore(heap[child] as Event, last)) break;
      heap[index] = heap[child] as Event;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
