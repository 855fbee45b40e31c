import { canonical, concatBytes, utf8 } from './bytes.js';
import { hashFields, sha256, type PeerId, type Subtle } from './identity.js';

/** The name of a link: SHA-256 of the offerer's session value and the answerer's (SPEC 6.1). */
export function linkId<Key>(subtle: Subtle<Key>, offerSession: Uint8Array, answerSession: Uint8Array) {
  return sha256(subtle, concatBytes(offerSession, answerSession));
}

/** What a description of a new link commits to: the value that the sender will reveal inside the encrypted channel. */
export function commitment<Key>(
  subtle: Subtle<Key>,
  session: Uint8Array,
  peerId: PeerId,
  value: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return sha256(subtle, concatBytes(utf8('conclave/1/commit'), session, utf8(peerId), value));
}

/** One end of a link as it enters the transcript. */
export interface LinkEnd {
  readonly peerId: PeerId;
  /** SHA-256 of the DTLS certificate, lower-case hex without colons. */
  readonly fingerprint: string;
  readonly commitment: Uint8Array;
}

/** What both ends must have seen alike for a link to stand. */
export interface LinkFacts {
  readonly version: number;
  readonly link: Uint8Array;
  readonly ends: readonly [LinkEnd, LinkEnd];
  /** Empty, or the tag of the room whose secret the link proves. */
  readonly roomTag: Uint8Array;
}

/** The transcript of a link: the same bytes at both ends, and nowhere else (SPEC 6.3). */
export function linkTranscript<Key>(subtle: Subtle<Key>, facts: LinkFacts): Promise<Uint8Array<ArrayBuffer>> {
  const [low, high] =
    facts.ends[0].peerId < facts.ends[1].peerId ? facts.ends : [facts.ends[1], facts.ends[0]];
  return hashFields(subtle, [
    facts.version,
    facts.link,
    low.peerId,
    high.peerId,
    low.fingerprint,
    high.fingerprint,
    low.commitment,
    high.commitment,
    facts.roomTag,
  ]);
}

/** What an end signs (purpose `link-proof`): the transcript and its own ID, so that a proof cannot be reflected. */
export function proofBytes(transcript: Uint8Array, peerId: PeerId): Uint8Array<ArrayBuffer> {
  return canonical([transcript, peerId]);
}
