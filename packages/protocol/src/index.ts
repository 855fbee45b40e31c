export { canonical, concatBytes, equalBytes, fromHex, fromUtf8, toHex, utf8 } from './bytes.js';
export { openCard, signCard } from './card.js';
export { CLOSE_CODES, closeCodeOf, ERROR_CODES, errorOfClose, isErrorCode } from './codes.js';
export { batchedBytes, decodeBatch, encodeBatch } from './batch.js';
export { decodeControlFrame, encodeControlFrame } from './control-frames.js';
export { openEnvelope, sealEnvelope } from './envelope.js';
export { CONVERSATION_BYTES, decodeDataFrame, encodeDataFrame, LANES, sentAtOf } from './frames.js';
export {
  ECDSA,
  hashFields,
  isPeerId,
  isSpki,
  P256,
  peerIdOf,
  sha256,
  sign,
  SIGNATURE_BYTES,
  SPKI_BYTES,
  verify,
} from './identity.js';
export { linkCodeBytes, linkNonce, linkSecret } from './key-schedule.js';
export {
  CHALLENGE_LIFETIME_MS,
  HEARTBEAT_INTERVAL_MS,
  MAX_ARGUMENTS,
  MAX_BATCH_BYTES,
  MAX_CANDIDATE_BYTES,
  MAX_CANDIDATES,
  MAX_CARD_BYTES,
  MAX_CONTROL_FRAME_BYTES,
  MAX_ENVELOPE_BYTES,
  MAX_FILE_METADATA_BYTES,
  MAX_FRAMERATE,
  MAX_ICE_SERVERS,
  MAX_KEY_LENGTH,
  MAX_MESSAGE_BYTES,
  MAX_NAME_LENGTH,
  MAX_PLAYS,
  MAX_RELAYED_MESSAGE_BYTES,
  MAX_RENDEZVOUS_FRAME_BYTES,
  MAX_ROOM_MEMBERS,
  MAX_ROOM_PROOFS,
  MAX_SDP_BYTES,
  MAX_SDP_MEDIA,
  MAX_SEALED_BYTES,
  MAX_TOKEN_LENGTH,
  MAX_TOKEN_LIFE_MS,
  MAX_VALUE_DEPTH,
  MAX_VERDICTS,
  MAX_VIDEO_HEIGHT,
  MAX_WEIGHT,
  REPLAY_WINDOW,
  RESUME_WINDOW_MS,
} from './limits.js';
export { signatureInput } from './purposes.js';
export { newSealKey, seal, SEAL_KEY_BYTES, unseal } from './sealing.js';
export { decodeClientMessage } from './client-messages.js';
export { registrationBytes, rendezvousOrigin } from './registration.js';
export { encodeClientMessage, encodeServerMessage } from './rendezvous-encoding.js';
export { roomProof, roomProofKey, secretRoomId } from './room-secret.js';
export { decodeServerMessage } from './server-messages.js';
export { commitment, linkId, linkTranscript, proofBytes } from './transcript.js';
export { decodeValue, encodeValue } from './packing.js';
export { VERIFICATION_EMOJI, verificationCodeOf } from './verification-code.js';
export { decodePathFrame, encodePathFrame, isPathFrame } from './path-frames.js';
export { commonVersion, VERSIONS } from './version.js';

export type { Field } from './bytes.js';
export type { Card } from './card.js';
export type { CloseCode, ErrorCode } from './codes.js';
export type { ControlFrame, ControlFrameOf } from './control-frames.js';
export type { Envelope } from './envelope.js';
export type {
  AckFrame,
  BulkFrame,
  DataFrame,
  Lane,
  LossyFrame,
  MessageFrame,
  ResumeFrame,
  SealFrame,
} from './frames.js';
export type { PathFrame, ProbeFrame, ReportFrame, SpreadFrame } from './path-frames.js';
export type { Verdict } from './verdicts.js';
export type { PeerId, Signer, Subtle } from './identity.js';
export type { KeyDerivation } from './key-schedule.js';
export type { Mac } from './room-secret.js';
export type { SealKey, Sealing } from './sealing.js';
export type { VerificationCode } from './verification-code.js';
export type { Candidate, PeerMessage, PeerMessageOf, PlayRequest } from './peer-messages.js';
export type { Purpose } from './purposes.js';
export type { ClientMessage } from './client-messages.js';
export type { Registration } from './registration.js';
export type { CountedMessage, IceServer, ListedMember, ServerMessage } from './server-messages.js';
export type { Result } from './result.js';
export type { LinkEnd, LinkFacts } from './transcript.js';
export type { Value } from './value.js';
