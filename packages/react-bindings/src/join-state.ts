import type { ConclaveError, Connection } from '@conclave/core';
import type { Room } from '@conclave/mesh';

/** How this end stands with the room that it wants to be in. */
export type JoinState =
  /** Nothing was tried yet: on a server, and before the first effect. */
  | { readonly phase: 'idle' }
  /** The rendezvous is dialled, or the room is being entered. */
  | { readonly phase: 'connecting' }
  | { readonly phase: 'joined'; readonly connection: Connection; readonly room: Room }
  /** It did not come about; `retry` tries again. */
  | { readonly phase: 'failed'; readonly error: ConclaveError }
  /** It was left, or with an error: lost for good. `retry` joins again, as somebody new. */
  | { readonly phase: 'left'; readonly error?: ConclaveError | undefined };
