import type { PeerId, Readable } from '@conclave/core';

/** Somebody whom a source names as a member of the room. */
export interface SourceMember {
  readonly peerId: PeerId;
  /** Its place: who has the higher number came later, and offers the link. */
  readonly order: number;
}

/**
 * Says who may be in a room. What it says can only make this end try to link: a proven link that stands is not ended by
 * it, so it need not be trusted with more.
 */
export interface MembershipSource {
  /** Everybody else who is in the room, in the order of their coming. */
  readonly members: Readable<readonly SourceMember[]>;
  /** This end's own place. */
  readonly order: Readable<number>;
  /** Takes this end off the list. Never rejects. */
  leave(): Promise<void>;
}
