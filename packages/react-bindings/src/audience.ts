import type { IncomingStream } from '@conclave/core';

import { DEMAND_SETTLE_MS, UNSEEN_OFF_MS } from './limits.js';
import { demandOf, type View } from './video-demand.js';

/** All elements that show one stream: asks its publisher for what they can show, and for no video while none does. */
class Audience {
  readonly #stream: IncomingStream;
  readonly #views = new Map<Element, View>();
  #hasAsked = false;
  #isOn = true;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stream: IncomingStream) {
    this.#stream = stream;
  }

  /** An element shows it like this, or cannot be seen any more. */
  set(element: Element, view: View | undefined): void {
    if (view) this.#views.set(element, view);
    else this.#views.delete(element);
    clearTimeout(this.#timer);
    const isSeen = this.#views.size > 0;
    if (isSeen && !(this.#isOn && this.#hasAsked)) this.#ask();
    else this.#timer = setTimeout(() => this.#ask(), isSeen ? DEMAND_SETTLE_MS : UNSEEN_OFF_MS);
  }

  #ask(): void {
    const stream = this.#stream;
    if (stream.state.get().phase === 'closed') return;
    const isSeen = this.#views.size > 0;
    if (isSeen !== this.#isOn) {
      this.#isOn = isSeen;
      // Rejects where the stream has just been closed: nothing is to be asked of it.
      stream.receiveVideo(isSeen).catch(() => undefined);
    }
    if (!isSeen) return;
    this.#hasAsked = true;
    stream.request(demandOf([...this.#views.values()]));
  }
}

/** One audience for each stream, whoever shows it: what is asked of a publisher is asked once. */
const audiences = new WeakMap<IncomingStream, Audience>();

/** The audience of a stream. */
export function audienceOf(stream: IncomingStream): Audience {
  const known = audiences.get(stream) ?? new Audience(stream);
  audiences.set(stream, known);
  return known;
}
