import { MAX_CANDIDATES, type Candidate } from '@conclave/protocol';

/** Tells the far end our candidates as they are found (RFC 8838), several at once where they come at once. */
export function batchCandidates(pc: RTCPeerConnection, tell: (candidates: Candidate[]) => void): void {
  let found: Candidate[] = [];
  const flush = () => {
    const batch = found.slice(0, MAX_CANDIDATES);
    found = found.slice(batch.length);
    tell(batch);
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
}
