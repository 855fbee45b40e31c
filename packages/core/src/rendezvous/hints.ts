import { ConclaveError } from '../errors.js';
import type { ErrorCode } from '@conclave/protocol';

/** Makes the error of a rendezvous with what to do about it. */
export function rendezvousError(code: ErrorCode, url: string, retryAfterMs?: number): ConclaveError {
  return new ConclaveError(code, { hint: hintOf(code, url), retryAfterMs });
}

function hintOf(code: ErrorCode, url: string): string | undefined {
  switch (code) {
    case 'rendezvous/refused':
      return `Is it running at ${url}? Start one with: npx @conclave/rendezvous`;
    case 'rendezvous/timeout':
      return `No answer from ${url}. A firewall may drop WebSocket traffic, or the address is wrong.`;
    case 'rendezvous/lost':
      return `${url} closed the socket without a reason. Is it a Conclave rendezvous, and its path right?`;
    case 'auth/unknown-key':
      return 'Use a key that the rendezvous was started with (--key; a fresh one knows "demo").';
    case 'auth/origin':
      return `The rendezvous does not know that it is dialled as ${url}: start it with --origin or publicOrigins.`;
    case 'rendezvous/version':
      return 'Update the older of the two: the client or the rendezvous.';
    case 'rendezvous/replaced':
      return 'Another tab or device took over this identity. Use Identity.create() to have one for each.';
    default:
      return undefined;
  }
}
