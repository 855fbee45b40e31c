import type { ErrorCode, PeerId, Value } from '@conclave/protocol';

import type { Status } from './logic/status.js';

/** What a connection tells, by name. */
export interface ConnectionEvents {
  /** Emitted when something happened to the connection or a stream; in order for each of them. */
  status: (status: Status) => void;
  /** Emitted when a message came through the rendezvous, whose sender is proven by its signature. */
  message: (farId: PeerId, type: string, payload: Value) => void;
  /** Emitted when something from outside was not acceptable and was dropped. */
  refused: (code: ErrorCode) => void;
}
