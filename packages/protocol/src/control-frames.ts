import * as v from 'valibot';

import { SIGNATURE_BYTES } from './identity.js';
import {
  MAX_CONTROL_FRAME_BYTES,
  MAX_FILE_METADATA_BYTES,
  MAX_FRAMERATE,
  MAX_NAME_LENGTH,
  MAX_ROOM_PROOFS,
  MAX_VIDEO_HEIGHT,
  MAX_WEIGHT,
} from './limits.js';
import { candidates, description, playSchema } from './peer-messages.js';
import type { Result } from './result.js';
import {
  boundedBytes,
  bytes32,
  checkFrame,
  count,
  errorCode,
  exactBytes,
  flag,
  list,
  oneOf,
  positive,
  text,
  type Tagged,
} from './shapes.js';
import { decodeValue, pack } from './packing.js';

const request = count(0xffff_ffff);

const controlForms = {
  /**
   * The first frame of each end: the committed value and the signature over the transcript; a proof for each secret
   * room that the sender is in; whether its identity outlives the page.
   */
  proof: v.object({
    value: bytes32,
    proof: exactBytes(SIGNATURE_BYTES),
    rooms: v.optional(list(bytes32, MAX_ROOM_PROOFS)),
    persistent: v.optional(flag),
  }),
  /** A sign of life. */
  beat: v.object({}),
  /** A new description of the link (RFC 8829), with the plays of its sender. */
  describe: v.object({ type: oneOf('offer', 'answer'), ...description }),
  candidates: v.object(candidates),
  /** Says a play again, or says one that needs no m-lines. */
  play: v.object({ play: playSchema }),
  /** The publisher has the play, but no stream of this name yet. */
  waiting: v.object({ request }),
  granted: v.object({ request }),
  /** The publisher refuses, or ends, a subscription. */
  ended: v.object({ request, code: errorCode, reason: v.optional(text()) }),
  /** The subscriber ends a subscription. */
  unplay: v.object({ request }),
  /** Which kinds of media the subscriber wants to be sent. */
  receive: v.object({ request, audio: flag, video: flag }),
  /** What the subscriber can make use of; it replaces what was asked before. */
  demand: v.object({
    request,
    maxHeight: v.optional(positive(MAX_VIDEO_HEIGHT)),
    maxFramerate: v.optional(positive(MAX_FRAMERATE)),
    weight: v.optional(positive(MAX_WEIGHT)),
  }),
  /** Offers a file to who subscribed with this request, or says again one that is under way. */
  file: v.object({
    transfer: request,
    request,
    size: count(),
    name: text(MAX_NAME_LENGTH, 0),
    type: text(MAX_NAME_LENGTH, 0),
    metadata: v.optional(boundedBytes(MAX_FILE_METADATA_BYTES)),
  }),
  /** The receiver of a file wants it from this byte on. */
  take: v.object({ transfer: request, from: count() }),
  /** The receiver of a file has so many bytes of it where they belong. */
  got: v.object({ transfer: request, bytes: count() }),
  /** The receiver of a file has all of it, checked and closed. */
  kept: v.object({ transfer: request }),
  /** The receiver of a file does not want it, or no longer. */
  decline: v.object({ transfer: request, code: errorCode }),
  /** The sender of a file takes it back. */
  withdraw: v.object({ transfer: request, code: errorCode }),
  /** The sender closes the link. */
  bye: v.object({ code: errorCode }),
} as const;

/** A frame of the control channel. */
export type ControlFrame = Tagged<'t', typeof controlForms>;
/** A control frame of one kind. */
export type ControlFrameOf<Kind extends ControlFrame['t']> = Extract<ControlFrame, { t: Kind }>;

/** Encodes a control frame. */
export function encodeControlFrame(frame: ControlFrame): Uint8Array<ArrayBuffer> {
  return pack(frame);
}

/** Decodes a control frame. Never throws. */
export function decodeControlFrame(bytes: Uint8Array): Result<ControlFrame> {
  const decoded = decodeValue(bytes, MAX_CONTROL_FRAME_BYTES);
  return decoded.ok ? checkFrame(controlForms, decoded.value, 'link/bad-frame') : decoded;
}
