import * as v from 'valibot';

import { SIGNATURE_BYTES } from './identity.js';
import { MAX_CANDIDATES, MAX_CONTROL_FRAME_BYTES, MAX_PLAYS, MAX_SDP_BYTES } from './limits.js';
import { candidateSchema, playSchema } from './peer-messages.js';
import type { Result } from './result.js';
import { bytes32, check, count, errorCode, exactBytes, list, text } from './shapes.js';
import { decodeValue, pack } from './packing.js';

const request = count(0xffff_ffff);
const revision = count(0xffff_ffff);

const controlSchema = v.variant('t', [
  /** The first frame of each end: the committed value and the signature over the transcript. */
  v.object({ t: v.literal('proof'), value: bytes32, proof: exactBytes(SIGNATURE_BYTES) }),
  /** A sign of life. */
  v.object({ t: v.literal('beat') }),
  /** A new description of the link (RFC 8829), with the plays of its sender. */
  v.object({
    t: v.literal('describe'),
    type: v.picklist(['offer', 'answer']),
    revision,
    sdp: text(MAX_SDP_BYTES),
    plays: list(playSchema, MAX_PLAYS),
  }),
  v.object({ t: v.literal('candidates'), revision, candidates: list(candidateSchema, MAX_CANDIDATES) }),
  /** Says a play again, or says one that needs no m-lines. */
  v.object({ t: v.literal('play'), play: playSchema }),
  /** The publisher has the play, but no stream of this name yet. */
  v.object({ t: v.literal('waiting'), request }),
  v.object({ t: v.literal('granted'), request }),
  /** The publisher refuses, or ends, a subscription. */
  v.object({ t: v.literal('ended'), request, code: errorCode, reason: v.optional(text()) }),
  /** The subscriber ends a subscription. */
  v.object({ t: v.literal('unplay'), request }),
  /** Which kinds of media the subscriber wants to be sent. */
  v.object({ t: v.literal('receive'), request, audio: v.boolean(), video: v.boolean() }),
  /** The sender closes the link. */
  v.object({ t: v.literal('bye'), code: errorCode }),
]);

/** A frame of the control channel. */
export type ControlFrame = Readonly<v.InferOutput<typeof controlSchema>>;
/** A control frame of one kind. */
export type ControlFrameOf<Kind extends ControlFrame['t']> = Extract<ControlFrame, { t: Kind }>;

/** Encodes a control frame. */
export function encodeControlFrame(frame: ControlFrame): Uint8Array<ArrayBuffer> {
  return pack(frame);
}

/** Decodes a control frame. Never throws. */
export function decodeControlFrame(bytes: Uint8Array): Result<ControlFrame> {
  const decoded = decodeValue(bytes, MAX_CONTROL_FRAME_BYTES);
  return decoded.ok ? check(controlSchema, decoded.value, 'link/bad-frame') : decoded;
}
