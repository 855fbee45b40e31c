import type { RoomTrust } from '@conclave/mesh';

import type { IconName } from '../ui/icon';

/** How sure one can be of somebody. */
export type Trust = RoomTrust | 'verified';

/** What a lock shows and says. */
export interface TrustWords {
  readonly icon: IconName;
  /** For a tile. */
  readonly short: string;
  /** For a line in a list. */
  readonly line: string;
  /** For who looks closer, or listens. */
  readonly sentence: string;
}

/** What each lock means, for people. */
export const TRUST_WORDS: Readonly<Record<Trust, TrustWords>> = {
  introduced: {
    icon: 'lock-open',
    short: 'Introduced',
    line: 'Introduced by the server',
    sentence: 'The server introduced you. It could have introduced somebody else.',
  },
  admitted: {
    icon: 'lock-dot',
    short: 'Admitted',
    line: 'Admitted from this side',
    sentence: 'This person was let in from this side. The server introduced you.',
  },
  secret: {
    icon: 'lock',
    short: 'Secret',
    line: 'Knows the secret',
    sentence: 'Knows the secret of this room.',
  },
  verified: {
    icon: 'lock-check',
    short: 'Verified',
    line: 'Codes compared',
    sentence: 'You have compared codes.',
  },
};

/** What a room is, for people. */
export const ROOM_WORDS: Readonly<Record<RoomTrust, { readonly title: string; readonly sentence: string }>> =
  {
    introduced: {
      title: 'Open room',
      sentence:
        'Whoever knows the name of this room can join it, and the server chooses whom you meet. It could introduce somebody else.',
    },
    admitted: {
      title: 'Room with admission',
      sentence: 'Whoever was let in from this side is here. The server introduces you.',
    },
    secret: {
      title: 'Secret room',
      sentence:
        'Only those who have its whole link can join. The server learns neither its secret nor its name, and can let nobody in.',
    },
  };
