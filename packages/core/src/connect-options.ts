import type { PeerId } from '@conclave/protocol';

import type { Identity } from './identity/identity.js';
import type { RtcImplementation } from './link/rtc-door.js';

/** How to connect. */
export interface ConnectOptions {
  /** The key ID that names your partition of the rendezvous. */
  readonly key: string;
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
  /** Losing the rendezvous closes everything, as Flash did. Default false: a call outlives its introducer. */
  readonly strict?: boolean;
  /** Ends the attempt at once with `usage/aborted`. */
  readonly signal?: AbortSignal;
}

/** How long an attempt to connect takes at most: as long as Flash Player tried. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 90_000;
