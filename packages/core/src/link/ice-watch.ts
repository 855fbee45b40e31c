import { MAX_CANDIDATES, type Candidate } from '@conclave/protocol';

/** What ICE tells (RFC 8445, RFC 8838). */
export interface IceListener {
  /** Candidates of this end, several at once where they come at once. */
  found(candidates: Candidate[]): void;
  /** No path is left. */
  failed(): void;
}

/** Watches the ICE of a transport. */
export function watchIce(pc: RTCPeerConnection, listener: IceListener): void {
  let found: Candidate[] = [];
  const flush = () => {
    const batch = found.slice(0, MAX_CANDIDATES);
    found = found.slice(batch.length);
    listener.found(batch);
    if (found.length > 0) flush();
  };
  pc.onicecandidate = ({ candidate }) => {
    // The end of candidates is not told: an agent that waits for it gains nothing over its own timers.
    if (!candidate?.candidate) return;
    const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    const ufrag = usernameFragment ?? null;
    found.push({ candidate: candidate.candidate, mid: sdpMid, mLineIndex: sdpMLineIndex, ufrag });
    if (found.length === 1) setTimeout(flush);
  };
  pc.onconnectionstatechange = () => {
    if (pc.connectionState === 'failed') listener.failed();
  };
}
