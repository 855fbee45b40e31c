import type { ClientMessage } from './client-messages.js';
import { pack } from './packing.js';
import type { ServerMessage } from './server-messages.js';

// Apart from the decoders, so that each side's bundle holds the schema of what it receives only.

/** Encodes a frame to the rendezvous. */
export function encodeClientMessage(message: ClientMessage): Uint8Array<ArrayBuffer> {
  return pack(message);
}

/** Encodes a frame of the rendezvous. */
export function encodeServerMessage(message: ServerMessage): Uint8Array<ArrayBuffer> {
  return pack(message);
}
