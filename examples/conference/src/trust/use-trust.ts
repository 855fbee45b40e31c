import type { PeerId } from '@conclave/core';
import { useParticipant, useRoom, useVerification } from '@conclave/react-bindings';

import { useContacts } from '../known/book';
import type { Trust } from './trust-words';

/** How sure one can be of somebody; `undefined` while nothing is proven. */
export function useTrust(id: PeerId): Trust | undefined {
  const room = useRoom();
  const phase = useParticipant(id)?.state.phase;
  const code = useVerification(id);
  // The codes of an earlier call were of the same proven identity.
  const wasVerified = useContacts().some(({ peerId, verified }) => peerId === id && verified);
  if (!code || (phase !== 'present' && phase !== 'interrupted')) return undefined;
  return code.isVerified || wasVerified ? 'verified' : room?.trust;
}
