import type { IceServer } from '@conclave/protocol';

import type { ConclaveError } from './errors.js';

/** How a connection stands with its rendezvous. */
export type ConnectionState =
  | { readonly phase: 'connected'; readonly url: string; readonly iceServers: readonly IceServer[] }
  /** The rendezvous is lost; links that stand go on, and it is tried again by itself. */
  | { readonly phase: 'reconnecting'; readonly attempt: number; readonly lastError: ConclaveError }
  /** Closed by this end, or for good by the rendezvous: then `error` says why. */
  | { readonly phase: 'closed'; readonly error?: ConclaveError | undefined };
