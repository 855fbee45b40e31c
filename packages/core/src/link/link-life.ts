import type { ErrorCode } from '@conclave/protocol';

import { LINK_TIMEOUT_MS } from '../logic/link-choice.js';
import { nextLinkState, type LinkEvent, type LinkState } from '../logic/link-state.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import { nowMs, startHeartbeat, type Heartbeat } from './heartbeat.js';

/** What a life tells its link. */
export interface LifeListener {
  /** The state has changed. */
  changed(state: LinkState): void;
  /** The link is over: everything that it holds is to be let go. Told before `changed`. */
  ended(): void;
}

/** The state of one link through its time limits and its heartbeat. */
export class LinkLife {
  readonly #state = cell<LinkState>({ phase: 'connecting' });
  readonly #listener: LifeListener;
  readonly #timer: ReturnType<typeof setTimeout>;
  #heartbeat: Heartbeat | undefined;

  constructor(listener: LifeListener) {
    this.#listener = listener;
    this.#timer = setTimeout(() => this.end('link/failed'), LINK_TIMEOUT_MS);
  }

  get state(): Readable<LinkState> {
    return this.#state.readable;
  }

  /** The control channel is open. */
  opened(): void {
    this.#step({ type: 'channel-open' });
  }

  /** Both proofs are done: from now on silence is watched for. */
  proved(beat: () => void): void {
    clearTimeout(this.#timer);
    this.#heartbeat = startHeartbeat(beat, (fresh, atMs) => this.#step({ type: 'path', fresh, atMs }));
    this.#step({ type: 'proved', atMs: nowMs() });
  }

  /** Something of the far end arrived. */
  heard(): void {
    this.#heartbeat?.heard();
  }

  /** Ends the link. Closed is final. */
  end(code: ErrorCode): void {
    this.#step({ type: 'closed', code });
  }

  #step(event: LinkEvent): void {
    const before = this.#state.get();
    const state = nextLinkState(before, event);
    if (state === before) return;
    if (state.phase === 'closed') {
      clearTimeout(this.#timer);
      this.#heartbeat?.stop();
      this.#listener.ended();
    }
    this.#state.set(state);
    this.#listener.changed(state);
  }
}
