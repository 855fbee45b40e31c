import { ConclaveError, type Value } from '@conclave/core';
import { encodeValue, MAX_ARGUMENTS } from '@conclave/protocol';

/** Handlers of the application live under this prefix: no message of an application can be one of the room's own. */
const APPLICATION_PREFIX = 'app:';
/** What the prefix leaves of the 256 characters that core gives a handler name. */
const MAX_HANDLER_NAME_LENGTH = 252;

/** The handler or responder of the application as it is named on the wire; throws `usage/invalid-argument`. */
export function applicationHandler(name: string): string {
  if (name.length === 0 || name.length > MAX_HANDLER_NAME_LENGTH) {
    throw new ConclaveError('usage/invalid-argument', { hint: 'A handler name has 1 to 252 characters.' });
  }
  return APPLICATION_PREFIX + name;
}

/** What is wrong with a call is wrong in an empty room too: throws what sending it to somebody would. */
export function checkCall(handler: string, args: readonly Value[]): void {
  if (args.length > MAX_ARGUMENTS) {
    throw new ConclaveError('usage/invalid-argument', { hint: 'A call has up to 64 arguments.' });
  }
  const encoded = encodeValue([handler, args]);
  if (!encoded.ok) throw new ConclaveError(encoded.code);
}
