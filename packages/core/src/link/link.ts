import type { PeerId } from '@conclave/protocol';

import type { LinkState } from '../logic/link-state.js';
import type { Readable } from '../state/readable.js';
import type { LinkStats } from '../stats/link-stats.js';

/**
 * The one encrypted transport to a far peer, however many streams it carries. It is only ever seen here once both
 * ends have proven, inside the encrypted channel, that they hold the keys of their peer IDs.
 */
export interface Link {
  /** The peer at the other end. */
  readonly farId: PeerId;
  /** How the link stands. */
  readonly state: Readable<LinkState>;
  /** 32 bytes, new for each link; what is near here is far there, and nobody in between knows them. */
  readonly nearNonce: Uint8Array;
  /** The nonce of the far end, 32 bytes: its near one. */
  readonly farNonce: Uint8Array;
  /** What the transport has carried and how it does. */
  stats(): Promise<LinkStats>;
}
