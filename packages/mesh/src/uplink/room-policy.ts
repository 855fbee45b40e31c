import { type OnPeerConnect, type PeerId } from '@conclave/core';

import type { Fit } from '../logic/uplink/fits.js';
import { reportError } from '../report.js';

/**
 * What happens with who would cost the others something. `degrade`: everybody is let in while all audio stays safe;
 * pictures get smaller, or pause. `refuse`: nobody is let in who would take something from a picture. `ask`: the
 * application is asked about each of those. Whose coming would hurt somebody's audio is let in only by `ask`.
 */
export type WhenFull = 'refuse' | 'degrade' | 'ask';

/**
 * Decides about somebody who would cost the others something. False, a throw, a rejection or 10 s of silence is a refusal.
 * The signal aborts when the answer no longer matters.
 */
export type AskWhenFull = (
  newcomer: { readonly id: PeerId },
  fit: Fit,
  signal: AbortSignal,
) => boolean | Promise<boolean>;

/** The gate of a room's media: who fits. A gate of its own behind the one that knows who is a member. */
export function gateOf(
  fit: (farId: PeerId) => Fit,
  whenFull: WhenFull,
  ask: AskWhenFull | undefined,
): OnPeerConnect {
  return async ({ farId }, signal) => {
    const now = fit(farId);
    if (now.fits === 'yes') return true;
    if (whenFull !== 'ask') return whenFull === 'degrade' && now.fits === 'degraded';
    try {
      return (await ask?.({ id: farId }, now, signal)) === true;
    } catch (error) {
      reportError(error);
      return false;
    }
  };
}
