import * as v from 'valibot';

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
import { MAX_CARD_BYTES } from './limits.js';
import { ok, refused, type Result } from './result.js';
import { boundedBytes, bytes16, byteStrings, count, decodeAs, exactBytes, flag, list } from './shapes.js';
import { pack } from './packing.js';

/** What a peer says of itself to those who want to reach it; signed, so that nobody can say it for the peer. */
export interface Card {
  readonly peerId: PeerId;
  readonly spki: Uint8Array;
  /** 16 random bytes of the peer's present life: messages to it name them, so that none outlives a reload. */
  readonly epoch: Uint8Array;
  readonly versions: readonly number[];
  /** Whether the identity outlives the page. */
  readonly persistent: boolean;
}

const contentSchema = v.object({
  spki: exactBytes(SPKI_BYTES),
  epoch: bytes16,
  versions: list(count(0xffff), 8),
  persistent: flag,
});
const cardSchema = byteStrings(boundedBytes(MAX_CARD_BYTES), exactBytes(SIGNATURE_BYTES));

/** Signs a card. */
export async function signCard<Key>(
  signer: Signer<Key>,
  content: Pick<Card, 'epoch' | 'versions' | 'persistent'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { epoch, versions, persistent } = content;
  const signed = pack({ spki: signer.spki, epoch, versions, persistent });
  return pack([signed, await sign(signer, 'card', signed)]);
}

/** Decodes and verifies a card (SPEC 3). Never throws. */
export async function openCard<Key>(subtle: Subtle<Key>, bytes: Uint8Array): Promise<Result<Card>> {
  const parts = decodeAs(cardSchema, bytes, MAX_CARD_BYTES, 'identity/mismatch');
  if (!parts.ok) return parts;
  const [signed, signature] = parts.value;
  const content = decodeAs(contentSchema, signed, MAX_CARD_BYTES, 'identity/mismatch');
  if (!content.ok) return content;
  const peerId = await peerIdOf(subtle, content.value.spki);
  if (peerId === undefined) return refused('identity/bad-key');
  if (!(await verify(subtle, 'card', content.value.spki, signature, signed)))
    return refused('auth/signature');
  return ok({ peerId, ...content.value });
}
