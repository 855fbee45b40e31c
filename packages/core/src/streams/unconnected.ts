import type { PeerId } from '@conclave/protocol';

import { mayWait, UNCONNECTED_LIFETIME_MS } from '../logic/play-request.js';
import { cell } from '../state/cell.js';
import type { PeerSubscription } from './peer-stream.js';

/** A peer that wants to play a stream which is not published yet. */
export interface UnconnectedPeerStream {
  /** Who wants to play. */
  readonly farId: PeerId;
  /** The name that it wants to play. */
  readonly name: string;
}

/** The plays that wait for their names to be published: bounded, each for 60 s. */
export class WaitingRoom {
  readonly list = cell<readonly UnconnectedPeerStream[]>([]);
  readonly #waiting = new Map<PeerSubscription, ReturnType<typeof setTimeout>>();

  /** Lets a play wait; ends it with `stream/limit` where too many wait, with `stream/expired` after 60 s. */
  add(subscription: PeerSubscription): void {
    if (
      !mayWait(
        [...this.#waiting.keys()].map(({ farId }) => farId),
        subscription.farId,
      )
    ) {
      subscription.end('stream/limit');
      return;
    }
    const timer = setTimeout(() => {
      this.remove(subscription);
      subscription.end('stream/expired');
    }, UNCONNECTED_LIFETIME_MS);
    this.#waiting.set(subscription, timer);
    this.#publish();
    subscription.sayAgain();
  }

  /** A play waits no longer. */
  remove(subscription: PeerSubscription): void {
    clearTimeout(this.#waiting.get(subscription));
    if (this.#waiting.delete(subscription)) this.#publish();
  }

  /** Takes out all plays that wait for a name, in the order of their coming. */
  take(name: string): readonly PeerSubscription[] {
    const due = [...this.#waiting.keys()].filter(({ play }) => play.stream === name);
    for (const subscription of due) this.remove(subscription);
    return due;
  }

  #publish(): void {
    this.list.set([...this.#waiting.keys()].map(({ farId, play }) => ({ farId, name: play.stream })));
  }
}
