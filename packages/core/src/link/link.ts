import type { PeerId, VerificationCode } from '@conclave/protocol';

import type { LinkState } from '../logic/link-state.js';
import type { Readable } from '../state/readable.js';
import { readLinkStats, type LinkStats } from '../stats/link-stats.js';
import type { Cell } from '../state/cell.js';
import type { Proven } from './proof.js';

/**
 * The one encrypted transport to a far peer, however many streams it carries. It is only ever seen here once both
 * ends have proven, inside the encrypted channel, that they hold the keys of their peer IDs.
 */
export interface Link {
  /** The peer at the other end. */
  readonly farId: PeerId;
  /** Whether the far end says that its identity outlives its page: then it can be remembered. */
  readonly persistent: boolean;
  /** How the link stands. */
  readonly state: Readable<LinkState>;
  /** 32 bytes, new for each link; what is near here is far there, and nobody in between knows them. */
  readonly nearNonce: Uint8Array;
  /** The nonce of the far end, 32 bytes: its near one. */
  readonly farNonce: Uint8Array;
  /**
   * What the people at both ends see alike, unless somebody stands between them: 6 digits and 5 pictures. They have to
   * be compared over something else than this link was introduced by: face to face, or by a voice that one knows.
   * Somebody in between has one guess in 1,000,000 per new link, and both ends see it fail.
   */
  readonly verificationCode: VerificationCode;
  /** Whether somebody here has compared the code of this peer, on this link or an earlier one of this connection. */
  readonly verified: Readable<boolean>;
  /** Says that the codes were the same: marks the peer ID, so that a link that is built anew stays verified. */
  verify(): void;
  /** What the transport has carried and how it does. */
  stats(): Promise<LinkStats>;
}

/** Makes the face of a link that has been proven. */
export function faceOfLink(
  farId: PeerId,
  { persistent, nearNonce, farNonce, code }: Proven,
  state: Readable<LinkState>,
  peers: Cell<ReadonlySet<PeerId>>,
  report: () => Promise<RTCStatsReport>,
): Link {
  return {
    farId,
    persistent,
    state,
    nearNonce,
    farNonce,
    verificationCode: code,
    verified: { get: () => peers.get().has(farId), subscribe: (listener) => peers.subscribe(listener) },
    verify: () => peers.set(new Set(peers.get()).add(farId)),
    stats: async () => readLinkStats(await report()),
  };
}
