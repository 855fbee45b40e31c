import {
  commitment,
  equalBytes,
  linkCodeBytes,
  linkNonce,
  linkSecret,
  linkTranscript,
  MAX_ROOM_PROOFS,
  proofBytes,
  sign,
  verificationCodeOf,
  verify,
  type ControlFrameOf,
  type PeerId,
  type Signer,
  type VerificationCode,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { randomBytes, subtle } from '../identity/identity.js';
import type { RoomKey } from './room-key.js';

/** What this end has committed to in the first description of a link. */
export interface Pledge {
  readonly session: Uint8Array<ArrayBuffer>;
  readonly value: Uint8Array<ArrayBuffer>;
  readonly commitment: Uint8Array<ArrayBuffer>;
}

/** What the far end said of itself in its signed first description. */
export interface FarPledge {
  readonly peerId: PeerId;
  readonly spki: Uint8Array;
  readonly session: Uint8Array;
  readonly commitment: Uint8Array;
}

/** What a proof is about: the same at both ends, unless somebody stands between them. */
export interface ProofContext {
  readonly signer: Signer<CryptoKey>;
  readonly near: Pledge;
  readonly far: FarPledge;
  readonly link: Uint8Array;
  readonly fingerprints: { readonly near: string; readonly far: string };
  /** Whether this end made the offer. */
  readonly offerer: boolean;
  /** Whether this end's identity outlives the page. */
  readonly persistent: boolean;
  /** The secret rooms that this end is in. */
  readonly roomKeys: readonly RoomKey[];
}

/** What the proofs of a link have shown. */
export interface Proven {
  readonly nearNonce: Uint8Array;
  readonly farNonce: Uint8Array;
  readonly code: VerificationCode;
  /** Of our secret rooms those whose secret the far end knows. */
  readonly rooms: ReadonlySet<string>;
  /** Our secret rooms when the proofs were made. */
  readonly asked: ReadonlySet<string>;
  /** Whether the far end says that its identity outlives the page. */
  readonly persistent: boolean;
}

/** Commits this end to a fresh value. */
export async function pledge(peerId: PeerId): Promise<Pledge> {
  const session = randomBytes(16);
  const value = randomBytes(32);
  return { session, value, commitment: await commitment(subtle(), session, peerId, value) };
}

/** The first frame of this end. */
export async function prove(context: ProofContext): Promise<ControlFrameOf<'proof'>> {
  const transcript = await transcriptOf(context);
  const { signer, near, persistent } = context;
  const proof = await sign(signer, 'link-proof', proofBytes(transcript, signer.peerId));
  const roomKeys = context.roomKeys.slice(0, MAX_ROOM_PROOFS);
  const rooms = await Promise.all(roomKeys.map((key) => key.prove(transcript, signer.peerId)));
  return { t: 'proof', value: near.value, proof, rooms, persistent };
}

/** Checks the first frame of the far end against everything that this end saw; rejects with `identity/mismatch`. */
export async function checkProof(context: ProofContext, frame: ControlFrameOf<'proof'>): Promise<Proven> {
  const { near, far, signer } = context;
  const committed = await commitment(subtle(), far.session, far.peerId, frame.value);
  if (!equalBytes(committed, far.commitment)) throw new ConclaveError('identity/mismatch');
  const transcript = await transcriptOf(context);
  const signed = proofBytes(transcript, far.peerId);
  if (!(await verify(subtle(), 'link-proof', far.spki, frame.proof, signed)))
    throw new ConclaveError('identity/mismatch');
  const [offered, answered] = context.offerer ? [near.value, frame.value] : [frame.value, near.value];
  const secret = await linkSecret(subtle(), offered, answered, transcript);
  return {
    nearNonce: await linkNonce(subtle(), secret, signer.peerId),
    farNonce: await linkNonce(subtle(), secret, far.peerId),
    code: verificationCodeOf(await linkCodeBytes(subtle(), secret)),
    rooms: await provenRooms(context, transcript, frame.rooms ?? []),
    asked: new Set(context.roomKeys.map(({ id }) => id)),
    persistent: frame.persistent === true,
  };
}

/** The rooms for which the far end has sent the proof that only somebody with the secret could make. */
async function provenRooms(
  { roomKeys, far }: ProofContext,
  transcript: Uint8Array,
  proofs: readonly Uint8Array[],
): Promise<ReadonlySet<string>> {
  const rooms = new Set<string>();
  for (const key of roomKeys) {
    const expected = await key.prove(transcript, far.peerId);
    if (proofs.some((proof) => equalBytes(proof, expected))) rooms.add(key.id);
  }
  return rooms;
}

function transcriptOf({ signer, near, far, link, fingerprints }: ProofContext): Promise<Uint8Array> {
  return linkTranscript(subtle(), {
    version: 1,
    link,
    ends: [
      { peerId: signer.peerId, fingerprint: fingerprints.near, commitment: near.commitment },
      { peerId: far.peerId, fingerprint: fingerprints.far, commitment: far.commitment },
    ],
    roomTag: new Uint8Array(0),
  });
}
