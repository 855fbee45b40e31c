import type { ErrorCode, PeerId } from '@conclave/protocol';

import type { Identity } from './identity/identity.js';
import type { RtcImplementation } from './link/rtc-door.js';

/**
 * Asked about a far end that has proven its ID, before anything else of it: before nonces, messages and `onPeerConnect`.
 * A code keeps it out: the link ends with it, such as `identity/changed`. `persistent`: its identity outlives its page.
 */
export type Recognise = (farId: PeerId, persistent: boolean) => ErrorCode | undefined;

/** How to connect. */
export interface ConnectOptions {
  /** The key ID that names your partition of the rendezvous. */
  readonly key: string;
  /**
   * Gives a token for a key that asks for one: from a server of yours that knows a secret of the key and whom it talks
   * to. Asked at each attempt to connect or resume, and 60 s before a token ends. Where it throws, rejects, gives no
   * string or hangs, that is `auth/no-token`: `connect` rejects; later it is asked again, and calls that stand go on.
   */
  readonly token?: () => Promise<string>;
  /** Who to be; a new identity for this page load where it is left out. */
  readonly identity?: Identity;
  /** WebRTC for environments without one: in Node, `import wrtc from '@roamhq/wrtc'`. */
  readonly rtc?: RtcImplementation;
  /** ICE servers: those that the rendezvous names (default), or a list of your own. */
  readonly iceServers?: 'from-rendezvous' | readonly RTCIceServer[];
  /** How long to try to reach a rendezvous, in milliseconds. Default 90,000. */
  readonly connectTimeoutMs?: number;
  /** Distinct far peers that may play your streams. Default 8. */
  readonly maxPeerConnections?: number;
  /** Whether a peer that offers a link may have it: asked before anything of ours, our addresses among it, is told. Default yes. */
  readonly mayLink?: (farId: PeerId) => boolean;
  /** Who a far end is to the local user: see `KnownPeers.recognise` of `@conclave/core/known-peers`. Default: nobody special. */
  readonly recognise?: Recognise;
  /** Losing the rendezvous closes everything, as Flash did. Default false: a call outlives its introducer. */
  readonly strict?: boolean;
  /** Ends the attempt at once with `usage/aborted`. */
  readonly signal?: AbortSignal;
}

/** How long an attempt to connect takes at most: as long as Flash Player tried. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 90_000;
