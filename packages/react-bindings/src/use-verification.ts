import { useMemo } from 'react';

import type { Link, PeerId, Readable } from '@conclave/core';

import { derived, NOTHING } from './derived.js';
import { nameOfEmoji } from './emoji-names.js';
import { useFoundParticipant } from './use-participant.js';
import { useReadable } from './use-readable.js';

/** One picture of a verification code. */
export interface VerificationEmoji {
  /** The picture, as text. */
  readonly symbol: string;
  /** What to say for it, in English: who compares by voice needs one word for it at both ends. */
  readonly name: string;
}

/** The verification code of a participant, and whether it was compared: the same object until one of them changes. */
export interface Verification {
  /** Six digits: somebody in between has one guess in 1,000,000 per new link. */
  readonly digits: string;
  /** Five pictures that say the same, for those who like pictures better. */
  readonly emoji: readonly VerificationEmoji[];
  /** Whether the user has said that the codes were the same: on this link, or on an earlier one of this connection. */
  readonly isVerified: boolean;
  /** Call it when the user says so. It marks the peer ID: a link that is built anew stays verified. */
  readonly verify: () => void;
}

/**
 * What to compare with a participant in order to be sure that nobody stands in between: aloud, by a voice that one knows,
 * or side by side. `undefined` for who is not `present` or `interrupted`, even where there is a link to it. A link that
 * is built anew has another code, at both ends at once.
 *
 * @example
 * ```tsx
 * const code = useVerification(id);
 * return code && <button onClick={code.verify}>{code.emoji.map(({ name }) => name).join(', ')}: the same</button>;
 * ```
 */
export function useVerification(id: PeerId): Verification | undefined {
  const link = useReadable(useFoundParticipant(id)?.link ?? NOTHING);
  return useReadable(useMemo(() => (link ? verificationOf(link) : NOTHING), [link]));
}

function verificationOf(link: Link): Readable<Verification | undefined> {
  const { digits, emoji } = link.verificationCode;
  const named = emoji.map((symbol) => ({ symbol, name: nameOfEmoji(symbol) }));
  const verify = () => link.verify();
  return derived(link.verified, (isVerified) => ({ digits, emoji: named, isVerified, verify }));
}
