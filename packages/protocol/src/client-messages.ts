import * as v from 'valibot';

import { SIGNATURE_BYTES, SPKI_BYTES } from './identity.js';
import { MAX_KEY_LENGTH, MAX_RENDEZVOUS_FRAME_BYTES, MAX_TOKEN_LENGTH } from './limits.js';
import { card, decodeFrame, envelope, id, versions } from './rendezvous-shapes.js';
import type { Result } from './result.js';
import { bytes16, bytes32, count, exactBytes, peerId, text, type Tagged } from './shapes.js';

const clientForms = {
  /** The first frame of a client: who it is, and the answer to the challenge. */
  register: v.object({
    key: text(MAX_KEY_LENGTH),
    origin: text(2048),
    nonce: bytes32,
    epoch: bytes16,
    versions,
    spki: exactBytes(SPKI_BYTES),
    signature: exactBytes(SIGNATURE_BYTES),
    card,
    /** The last server counter seen: this is a resume. */
    resumeAfter: v.optional(count()),
    /** Where the key asks for one: what the application says of this client (SPEC 5.6). */
    token: v.optional(text(MAX_TOKEN_LENGTH)),
  }),
  /** An envelope for somebody else; answered with `done` or `failed`. */
  relay: v.object({ id, to: peerId, envelope }),
  /** Asks for the card of a peer; answered with `card` or `failed`. */
  lookup: v.object({ id, peer: peerId }),
  /** Enters a room; answered with `joined` or `failed`. */
  join: v.object({ id, room: text() }),
  /** Leaves a room; answered with `done`. */
  leave: v.object({ id, room: text() }),
  /** A newer token, before the one in force ends; answered with `done` or `failed`. */
  renew: v.object({ id, token: text(MAX_TOKEN_LENGTH) }),
  /** The answer to a ping, with the last server counter seen: nothing up to it is kept any longer. */
  pong: v.object({ seen: count() }),
} as const;

/** A frame from client to rendezvous. */
export type ClientMessage = Tagged<'t', typeof clientForms>;

/** Decodes what a client sent. Never throws. */
export function decodeClientMessage(bytes: Uint8Array): Result<ClientMessage> {
  return decodeFrame(clientForms, bytes, MAX_RENDEZVOUS_FRAME_BYTES);
}
