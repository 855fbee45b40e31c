import * as v from 'valibot';

import {
  MAX_CANDIDATE_BYTES,
  MAX_CANDIDATES,
  MAX_CARD_BYTES,
  MAX_PLAYS,
  MAX_RELAYED_MESSAGE_BYTES,
  MAX_SDP_BYTES,
  MAX_SEALED_BYTES,
} from './limits.js';
import type { Result } from './result.js';
import { SEAL_KEY_BYTES } from './sealing.js';
import {
  boundedBytes,
  bytes16,
  bytes32,
  checkTagged,
  count,
  errorCode,
  exactBytes,
  list,
  orNull,
  text,
  type Tagged,
} from './shapes.js';

const mid = text(16);

/** A wish to play a stream of the receiver of this message, with the m-lines (RFC 8829 section 4.1.19, mid) that it uses. */
export const playSchema = v.object({
  /** The subscriber's own number for the subscription. */
  request: count(0xffff_ffff),
  stream: text(),
  audioMid: v.optional(mid),
  videoMid: v.optional(mid),
});

/** An ICE candidate as it is told to the far end. */
const candidateSchema = v.object({
  /** Empty: the end of the candidates (RFC 8838). */
  candidate: text(MAX_CANDIDATE_BYTES, 0),
  mid: orNull(mid),
  mLineIndex: orNull(count(MAX_PLAYS * 2)),
  ufrag: orNull(text()),
});

const revision = { revision: count(0xffff_ffff) };

/** A description of a link (RFC 8829) with the plays of its sender; the newest revision counts. */
export const description = {
  ...revision,
  /** Empty where it is packed. */
  sdp: text(MAX_SDP_BYTES, 0),
  /** The description in UTF-8, deflated (RFC 1951). */
  packed: v.optional(boundedBytes(MAX_SDP_BYTES)),
  plays: list(playSchema, MAX_PLAYS),
};
/** Candidates of one revision. */
export const candidates = { ...revision, candidates: list(candidateSchema, MAX_CANDIDATES) };

/** The bodies of the messages that envelopes carry, by kind. */
const bodies = {
  /** Opens a link. */
  offer: v.object({
    session: bytes16,
    commitment: bytes32,
    /** The key to which the answer's ICE passwords are sealed. */
    seal: v.optional(exactBytes(SEAL_KEY_BYTES)),
    ...description,
  }),
  /** Answers an offer; the envelope names the link that both sessions make. */
  answer: v.object({
    session: bytes16,
    offerSession: bytes16,
    commitment: bytes32,
    /** The ICE passwords that are left out of the description. */
    sealed: v.optional(boundedBytes(MAX_SEALED_BYTES)),
    ...description,
  }),
  /** Candidates of one revision, before the control channel is open. `session` is the sender's. */
  candidates: v.object({ session: bytes16, ...candidates }),
  /** The sender of an offer gets no link. */
  refusal: v.object({ offerSession: bytes16, code: errorCode }),
  /** The message with this counter was for an earlier life; the card names the present one. */
  stale: v.object({ card: boundedBytes(MAX_CARD_BYTES), counter: count() }),
  /** A message of the application, as MessagePack. */
  message: v.object({ type: text(), payload: boundedBytes(MAX_RELAYED_MESSAGE_BYTES) }),
} as const;

/** A message that an envelope carries. */
export type PeerMessage = Tagged<'kind', typeof bodies>;
/** A message of one kind. */
export type PeerMessageOf<Kind extends PeerMessage['kind']> = Extract<PeerMessage, { kind: Kind }>;
/** A wish to play a stream. */
export type PlayRequest = Readonly<v.InferOutput<typeof playSchema>>;
/** An ICE candidate. */
export type Candidate = Readonly<v.InferOutput<typeof candidateSchema>>;

/** Holds the body of an envelope against the form of its kind. */
export function checkBody(kind: string, body: unknown): Result<PeerMessage> {
  return checkTagged(bodies, 'kind', kind, body, 'link/bad-frame');
}
