import { MAX_RENDEZVOUS_FRAME_BYTES, openCard, type Card, type PeerId } from '@conclave/protocol';

import { ConclaveError } from '../errors.js';
import { subtle } from '../identity/identity.js';
import { RELAY_OVERHEAD_BYTES } from './limits.js';
import type { Requests } from './requests.js';

/** As `RendezvousClient.lookup`: an answer is believed only if it is a valid card of this very peer. */
export async function lookupCard(requests: Requests, peer: PeerId): Promise<Card> {
  const answer = await requests.ask({ t: 'lookup', peer }).answered;
  if (answer.t !== 'card') throw new ConclaveError('rendezvous/bad-frame');
  const card = await openCard(subtle(), answer.card);
  if (!card.ok) throw new ConclaveError(card.code);
  if (card.value.peerId !== peer) {
    throw new ConclaveError('identity/mismatch');
  }
  return card.value;
}

/** As `RendezvousClient.relay`: what would not fit a frame is refused here, not by a server that cuts the socket. */
export async function relayEnvelope(requests: Requests, to: PeerId, envelope: Uint8Array): Promise<void> {
  if (envelope.byteLength > MAX_RENDEZVOUS_FRAME_BYTES - RELAY_OVERHEAD_BYTES) {
    throw new ConclaveError('rendezvous/too-large');
  }
  const answer = await requests.ask({ t: 'relay', to, envelope }).answered;
  if (answer.t !== 'done') throw new ConclaveError('rendezvous/bad-frame');
}
