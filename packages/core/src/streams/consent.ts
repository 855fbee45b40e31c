import { CONSENT_TIMEOUT_MS } from '../logic/play-request.js';
import { reportError } from '../state/report.js';
import type { PeerStream } from './peer-stream.js';

/**
 * Decides whether a proven peer may play the stream. False, a throw, a rejection or 10 s of silence is a
 * refusal; what was thrown is reported as uncaught besides. The
 * signal aborts when the answer no longer matters: the peer has gone, the stream is closed, or the time is over.
 */
export type OnPeerConnect = (peer: PeerStream, signal: AbortSignal) => boolean | Promise<boolean>;

/** Asks for consent; resolves, never rejects. */
export async function askConsent(
  onPeerConnect: OnPeerConnect,
  peer: PeerStream,
  controller: AbortController,
): Promise<boolean> {
  const { signal } = controller;
  const timer = setTimeout(() => {
    controller.abort();
  }, CONSENT_TIMEOUT_MS);
  const silence = new Promise<boolean>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(false);
    });
  });
  try {
    return (await Promise.race([onPeerConnect(peer, signal), silence])) && !signal.aborted;
  } catch (error) {
    reportError(error);
    return false;
  } finally {
    clearTimeout(timer);
  }
}
