import type { PeerId, PeerMessage } from '@conclave/protocol';

import { afterwards } from '../../support/afterwards.js';
import { Mallory } from '../../node/support/mallory.mjs';
import type { HostileCast } from './hostile-cast.js';

/**
 * A peer of the rendezvous' own that stands between two others: what either says to her she says to the other one, under
 * her own key, as the lie would have it.
 */
export async function joinBetween(
  { rendezvous }: HostileCast,
  oneId: PeerId,
  otherId: PeerId,
  lie: (message: PeerMessage) => readonly PeerMessage[] = (message) => [message],
): Promise<Mallory> {
  const mallory = afterwards(await Mallory.join(rendezvous.url));
  mallory.onEnvelope = async ({ from, link, message }) => {
    const to = from === oneId ? otherId : oneId;
    for (const said of lie(message)) await mallory.send(to, said, link).catch(() => undefined);
  };
  return mallory;
}
