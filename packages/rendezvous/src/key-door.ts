import type { PeerId } from '@conclave/protocol';

import type { Access } from './access.js';
import { FULL_RETRY_MS, REMEMBERED_KEYS, type Limits } from './limits.js';
import { bucket, type Bucket } from './rate.js';

/** Counts the clients of each key: how many there are, how fast they come. */
export interface KeyDoor {
  /**
   * Lets a client of a key in and answers how to count it out, or answers for how long it should stay away. Asked
   * after everything else: who cannot register takes nothing from those who can.
   */
  admit(
    access: Access,
    peerId: PeerId,
  ):
    | { readonly leave: () => void }
    | { readonly code: 'rendezvous/full' | 'rendezvous/rate-limited'; readonly retryAfterMs: number };
}

interface Count {
  /** Sockets by peer: one that comes back while its old socket is not yet known to be dead takes no second place. */
  readonly sockets: Map<PeerId, number>;
  readonly perSecond: number;
  readonly rate: Bucket;
}

/** Makes a door that is open to all keys. */
export function keyDoor(limits: Limits): KeyDoor {
  const counts = new Map<string, Count>();

  const countOf = (keyId: string, own: number | undefined): Count => {
    const found = counts.get(keyId);
    const perSecond = own ?? limits.keyConnectsPerSecond;
    if (found?.perSecond === perSecond) return found;
    const burst = own === undefined ? limits.keyConnectBurst : Math.max(1, own);
    const count = {
      sockets: found?.sockets ?? new Map<PeerId, number>(),
      perSecond,
      rate: bucket(perSecond, burst),
    };
    counts.set(keyId, count);
    return count;
  };

  return {
    admit({ keyId, limits: own }, peerId) {
      const { sockets, rate } = countOf(keyId, own.connectsPerSecond);
      const retryAfterMs = rate.take(1);
      if (retryAfterMs > 0) return { code: 'rendezvous/rate-limited', retryAfterMs };
      const here = sockets.get(peerId) ?? 0;
      if (here === 0 && sockets.size >= (own.clients ?? limits.clientsPerKey)) {
        return { code: 'rendezvous/full', retryAfterMs: FULL_RETRY_MS };
      }
      sockets.set(peerId, here + 1);
      return {
        leave() {
          const left = (sockets.get(peerId) ?? 1) - 1;
          if (left > 0) sockets.set(peerId, left);
          else sockets.delete(peerId);
          if (sockets.size === 0 && counts.size > REMEMBERED_KEYS) counts.delete(keyId);
        },
      };
    },
  };
}
