import * as v from 'valibot';

import { equalBytes } from './bytes.js';
import {
  peerIdOf,
  SIGNATURE_BYTES,
  sign,
  SPKI_BYTES,
  verify,
  type PeerId,
  type Signer,
  type Subtle,
} from './identity.js';
import { MAX_ENVELOPE_BYTES } from './limits.js';
import { checkBody, type PeerMessage } from './peer-messages.js';
import { ok, refused, type Result } from './result.js';
import {
  boundedBytes,
  bytes16,
  bytes32,
  byteStrings,
  count,
  decodeAs,
  exactBytes,
  oneOf,
  peerId,
  text,
} from './shapes.js';
import { pack } from './packing.js';

/** A message from peer to peer that others carry: who, to whom, in which lives, in which order, and what. */
export interface Envelope {
  readonly from: PeerId;
  /** The sender's public key: `from` is its hash. */
  readonly spki: Uint8Array;
  readonly to: PeerId;
  readonly fromEpoch: Uint8Array;
  /** The receiver's life that the message is for. */
  readonly toEpoch: Uint8Array;
  /** The link that the message belongs to, once both ends have named it. */
  readonly link?: Uint8Array | undefined;
  /** Strictly rising per sender and life. */
  readonly counter: number;
  readonly message: PeerMessage;
}

const MAX_WIRE_BYTES = MAX_ENVELOPE_BYTES + SPKI_BYTES + SIGNATURE_BYTES + 16;

const envelopeSchema = byteStrings(
  boundedBytes(MAX_ENVELOPE_BYTES),
  exactBytes(SPKI_BYTES),
  exactBytes(SIGNATURE_BYTES),
);
const signedSchema = v.object({
  v: oneOf(1),
  kind: text(32),
  from: peerId,
  to: peerId,
  fromEpoch: bytes16,
  toEpoch: bytes16,
  link: v.optional(bytes32),
  counter: count(),
  body: v.custom<unknown>(() => true),
});

/** Signs an envelope: `[signed bytes, spki, signature]` (SPEC 4). */
export async function sealEnvelope<Key>(
  signer: Signer<Key>,
  envelope: Omit<Envelope, 'from' | 'spki'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { message, ...head } = envelope;
  const { kind, ...body } = message;
  const signed = pack({ v: 1, kind, from: signer.peerId, ...head, body });
  return pack([signed, signer.spki, await sign(signer, 'envelope', signed)]);
}

/**
 * Decodes and verifies an envelope exactly as it was received. The sender's ID is recomputed from its key before
 * anything else is believed. `peer/stale`: it is genuine, but meant for an earlier life of the receiver.
 */
export async function openEnvelope<Key>(
  subtle: Subtle<Key>,
  bytes: Uint8Array,
  near: { readonly peerId: PeerId; readonly epoch: Uint8Array },
): Promise<
  Result<Envelope> | { readonly ok: false; readonly code: 'peer/stale'; readonly envelope: Envelope }
> {
  const parts = decodeAs(envelopeSchema, bytes, MAX_WIRE_BYTES, 'identity/mismatch');
  if (!parts.ok) return parts;
  const [signed, spki, signature] = parts.value;
  const from = await peerIdOf(subtle, spki);
  if (from === undefined) return refused('identity/bad-key');
  const content = decodeAs(signedSchema, signed, MAX_ENVELOPE_BYTES, 'identity/mismatch');
  if (!content.ok) return content;
  const { kind, body, v: _version, ...head } = content.value;
  if (head.from !== from || head.to !== near.peerId || from === near.peerId)
    return refused('identity/mismatch');
  if (!(await verify(subtle, 'envelope', spki, signature, signed))) return refused('auth/signature');
  const message = checkBody(kind, body);
  if (!message.ok) return message;
  const envelope: Envelope = { ...head, spki, message: message.value };
  if (!equalBytes(head.toEpoch, near.epoch)) return { ok: false, code: 'peer/stale', envelope };
  return ok(envelope);
}
