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
      return `No answer from ${url}: is the address right, or does a firewall drop WebSocket traffic?`;
    case 'rendezvous/lost':
      return `${url} gave no reason. Is it a Conclave rendezvous, its path right?`;
    case 'auth/unknown-key':
      return 'Use a key it was started with (--key; a fresh one knows "demo").';
    case 'auth/origin':
      return `It does not know itself as ${url}: start it with --origin or publicOrigins.`;
    case 'auth/token-missing':
    case 'auth/token-expired':
    case 'auth/token':
      return 'token() has to give a new one each time; its log says more.';
    case 'rendezvous/version':
      return 'Update the older of the two.';
    case 'rendezvous/replaced':
      return 'Another tab or device has this identity. Use Identity.create() for one each.';
    default:
      return undefined;
  }
}
