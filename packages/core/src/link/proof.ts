import {
  commitment,
  equalBytes,
  linkNonce,
  linkSecret,
  linkTranscript,
  proofBytes,
  sign,
  verify,
  type ControlFrameOf,
  type PeerId,
  type Signer,
} from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { randomBytes, subtle } from '../identity/identity.js';

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
}

/** The nonces of a proven link. */
export interface Nonces {
  readonly near: Uint8Array;
  readonly far: Uint8Array;
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
  const proof = await sign(context.signer, 'link-proof', proofBytes(transcript, context.signer.peerId));
  return { t: 'proof', value: context.near.value, proof };
}

/** Checks the first frame of the far end against everything that this end saw; rejects with `identity/mismatch`. */
export async function checkProof(context: ProofContext, frame: ControlFrameOf<'proof'>): Promise<Nonces> {
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
    near: await linkNonce(subtle(), secret, signer.peerId),
    far: await linkNonce(subtle(), secret, far.peerId),
  };
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
