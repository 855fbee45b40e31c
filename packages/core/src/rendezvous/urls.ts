import { ConclaveError } from '../errors.js';

const SOCKET_SCHEMES: Readonly<Record<string, string>> = {
  'ws:': 'ws:',
  'wss:': 'wss:',
  'http:': 'ws:',
  'https:': 'wss:',
};

/** The WebSocket URL of a rendezvous, from a ws:, wss:, http: or https: URL. Throws `rendezvous/invalid-url`. */
export function socketUrl(text: string): string {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    url = undefined;
  }
  const scheme = url && SOCKET_SCHEMES[url.protocol];
  if (!url || !scheme) {
    throw new ConclaveError('rendezvous/invalid-url', {
      hint: `"${text}" should look like wss://calls.example.`,
    });
  }
  if (url.username || url.password || url.hash) {
    throw new ConclaveError('rendezvous/invalid-url', {
      hint: 'It may have no user, password or #fragment.',
    });
  }
  return scheme + url.href.slice(url.protocol.length);
}
