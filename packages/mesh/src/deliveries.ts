import { ConclaveError, type Delivery, type PeerId, type PeerStream, type Value } from '@conclave/core';
import { encodeValue, MAX_ARGUMENTS } from '@conclave/protocol';

/** Handlers of the application live under this prefix: no message of an application can be one of the room's own. */
const APPLICATION_PREFIX = 'app:';
/** What the prefix leaves of the 256 characters that core gives a handler name. */
const MAX_HANDLER_NAME_LENGTH = 252;

/** The handler of the application as it is named on the wire; throws `usage/invalid-argument`. */
export function applicationHandler(name: string): string {
  if (name.length === 0 || name.length > MAX_HANDLER_NAME_LENGTH) {
    throw new ConclaveError('usage/invalid-argument', { hint: 'A handler name has 1 to 252 characters.' });
  }
  return APPLICATION_PREFIX + name;
}

/** Calls a handler of the application at these peers; who has just gone has `not-sent`. Throws for what cannot be sent to anybody. */
export function sendToAll(
  peers: ReadonlyMap<PeerId, PeerStream | undefined>,
  name: string,
  args: Value[],
): Delivery {
  const handler = applicationHandler(name);
  const deliveries: Delivery[] = [];
  const outcomes = new Map<PeerId, 'not-sent'>();
  for (const [farId, peer] of peers) {
    if (peer?.state.get().phase === 'playing') deliveries.push(peer.send(handler, ...args));
    else outcomes.set(farId, 'not-sent');
  }
  if (deliveries.length === 0) check(handler, args);
  const delivered = Promise.all(deliveries.map((one) => one.delivered));
  return {
    accepted:
      deliveries.length === 0 ? Promise.resolve() : Promise.race(deliveries.map(({ accepted }) => accepted)),
    delivered: delivered.then((maps) => new Map([...outcomes, ...maps.flatMap((one) => [...one])])),
  };
}

/** What is wrong with a message is wrong in an empty room too. */
function check(handler: string, args: readonly Value[]): void {
  if (args.length > MAX_ARGUMENTS) {
    throw new ConclaveError('usage/invalid-argument', { hint: 'A call has up to 64 arguments.' });
  }
  const encoded = encodeValue([handler, args]);
  if (!encoded.ok) throw new ConclaveError(encoded.code);
}
