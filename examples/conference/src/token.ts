import type { PeerId } from '@conclave/core';

/**
 * Asks the server of this page for a token. This one gives a token to everybody; yours would look first who is logged
 * in. Rejects where there is none: `connect` then says `auth/no-token`.
 */
export async function fetchToken(peerId: PeerId): Promise<string> {
  const response = await fetch('token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ peerId }),
  });
  const answer: unknown = response.ok ? await response.json() : undefined;
  const token = typeof answer === 'object' && answer && 'token' in answer ? answer.token : undefined;
  if (typeof token !== 'string') throw new Error(`No token: ${response.status}`);
  return token;
}
