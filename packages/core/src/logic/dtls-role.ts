import type { DescriptionFacts } from './sdp-check.js';

/** What the first descriptions of a link fix for its whole life: the far certificate and its DTLS role. */
export interface FrozenFacts {
  readonly fingerprint: string;
  /** `undefined` until the first answer. */
  readonly role: 'active' | 'passive' | undefined;
}

/** Freezes what the far end's first description says. */
export function freeze(type: 'offer' | 'answer', facts: DescriptionFacts): FrozenFacts | undefined {
  if (type === 'offer') return { fingerprint: facts.fingerprint, role: undefined };
  const { setup, fingerprint } = facts;
  return setup === 'active' || setup === 'passive' ? { fingerprint, role: setup } : undefined;
}

/** The far end's role, where this end answered first. */
export function roleFromOwnAnswer(frozen: FrozenFacts, own: DescriptionFacts): FrozenFacts {
  return { ...frozen, role: frozen.role ?? (own.setup === 'active' ? 'passive' : 'active') };
}

/** Whether a later description of the far end agrees with what is frozen (RFC 8842 section 5.5: roles do not change). */
export function agrees(frozen: FrozenFacts, type: 'offer' | 'answer', facts: DescriptionFacts): boolean {
  if (facts.fingerprint !== frozen.fingerprint) return false;
  if (type === 'offer') return facts.setup === 'actpass' || facts.setup === frozen.role;
  return frozen.role === undefined || facts.setup === frozen.role;
}
