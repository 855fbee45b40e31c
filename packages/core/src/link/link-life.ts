import type { ErrorCode } from '@conclave/protocol';

import { IDLE_LIMIT_MS, LINK_TIMEOUT_MS } from '../logic/link-choice.js';
import { nextLinkState, type LinkEvent, type LinkState } from '../logic/link-state.js';
import { cell } from '../state/cell.js';
import type { Readable } from '../state/readable.js';
import { nowMs, startHeartbeat, type Heartbeat } from './heartbeat.js';

/** What a life tells its link. */
export interface LifeListener {
  /** The state has changed. */
  changed(state: LinkState): void;
  /** Whether anything is played over the link, either way. */
  isUsed(): boolean;
  /** Nothing has been played over the link for long. */
  idle(): void;
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

  /** Both proofs are done: from now on silence and disuse are watched for. */
  proved(beat: () => void): void {
    clearTimeout(this.#timer);
    let usedMs = nowMs();
    this.#heartbeat = startHeartbeat(
      () => {
        beat();
        if (this.#listener.isUsed()) usedMs = nowMs();
        else if (nowMs() - usedMs >= IDLE_LIMIT_MS) this.#listener.idle();
      },
      (fresh, atMs) => this.#step({ type: 'path', fresh, atMs }),
    );
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
