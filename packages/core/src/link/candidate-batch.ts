import { MAX_CANDIDATES, type Candidate } from '@conclave/protocol';

/** Tells the far end our candidates as they are found (RFC 8838), several at once where they come at once. */
export function batchCandidates(pc: RTCPeerConnection, tell: (candidates: Candidate[]) => Promise<void>): void {
  let found: Candidate[] = [];
  let telling = false;
  const flush = async (): Promise<void> => {
    if (telling) return;
    telling = true;
    while (found.length > 0) {
      const batch = found.slice(0, MAX_CANDIDATES);
      found = found.slice(batch.length);
      await tell(batch);
    }
    telling = false;
  };
  pc.onicecandidate = ({ candidate }) => {
    // The end of candidates is not told: an agent that waits for it gains nothing over its own timers.
    if (!candidate?.candidate) return;
    const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
    found.push({
      candidate: candidate.candidate,
      mid: sdpMid,
      mLineIndex: sdpMLineIndex,
      ufrag: usernameFragment ?? null,
    });
    void flush();
  };
}
