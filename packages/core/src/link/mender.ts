import type { PeerId } from '@conclave/protocol';

import { MEND_AFTER_MS, MEND_EVERY_MS } from '../logic/link-choice.js';
import type { LinkState } from '../logic/link-state.js';

/** Sees to it that a link which has fallen silent is tried anew, beside the silent one, until it is heard again or gone. */
export class Mender {
  readonly #mend: (farId: PeerId) => void;
  readonly #timers = new Map<PeerId, ReturnType<typeof setTimeout>>();

  constructor(mend: (farId: PeerId) => void) {
    this.#mend = mend;
  }

  /** How the link to a peer stands now. */
  watch(farId: PeerId, { phase }: LinkState): void {
    if (phase !== 'interrupted') this.#stop(farId);
    else if (!this.#timers.has(farId)) this.#start(farId, MEND_AFTER_MS);
  }

  /** Mends nothing any more. */
  clear(): void {
    for (const farId of [...this.#timers.keys()]) this.#stop(farId);
  }

  #start(farId: PeerId, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#start(farId, MEND_EVERY_MS);
      this.#mend(farId);
    }, delayMs);
    this.#timers.set(farId, timer);
  }

  #stop(farId: PeerId): void {
    clearTimeout(this.#timers.get(farId));
    this.#timers.delete(farId);
  }
}
