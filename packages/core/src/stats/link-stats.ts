import { entriesOf, firstOf, numberOf, textOf, type StatsEntry } from './report-entries.js';

/** What a link has carried and how its path does (W3C WebRTC Statistics). */
export interface LinkStats {
  /** Bytes sent over the path in use, without IP and UDP headers. */
  readonly bytesSent: number;
  /** Bytes received over the path in use, without IP and UDP headers. */
  readonly bytesReceived: number;
  /** Packets sent over the path in use; not in Firefox. */
  readonly packetsSent: number;
  /** Packets received over the path in use; not in Firefox. */
  readonly packetsReceived: number;
  /** The latest round trip time of the path; `undefined` until one was measured. */
  readonly rttMs: number | undefined;
  /** Whether the path leads through a TURN server at either end. */
  readonly relayed: boolean;
  /** What the browser believes that the path carries; Chromium only. */
  readonly availableOutgoingBps: number | undefined;
  /** DTLS cipher suite, as negotiated. */
  readonly dtlsCipher: string | undefined;
  /** SRTP protection profile, as negotiated. */
  readonly srtpCipher: string | undefined;
}

/** Reads the figures of a link from the browser's report; what a browser does not tell is 0 or `undefined`. */
export function readLinkStats(report: RTCStatsReport): LinkStats {
  const entries = entriesOf(report);
  const transport = firstOf(entries, 'transport');
  const pair = selectedPair(entries, transport);
  const candidateType = (key: string) => entries.get(textOf(pair?.[key]) ?? '')?.['candidateType'];
  const rtt = numberOf(pair?.['currentRoundTripTime']);
  return {
    bytesSent: numberOf(pair?.['bytesSent']) ?? 0,
    bytesReceived: numberOf(pair?.['bytesReceived']) ?? 0,
    packetsSent: numberOf(pair?.['packetsSent']) ?? 0,
    packetsReceived: numberOf(pair?.['packetsReceived']) ?? 0,
    rttMs: rtt === undefined ? undefined : rtt * 1000,
    relayed: candidateType('localCandidateId') === 'relay' || candidateType('remoteCandidateId') === 'relay',
    availableOutgoingBps: numberOf(pair?.['availableOutgoingBitrate']),
    dtlsCipher: textOf(transport?.['dtlsCipher']),
    srtpCipher: textOf(transport?.['srtpCipher']),
  };
}

/** Names the path in use within a link: counts of another one began elsewhere. `undefined` before there is one. */
export function selectedPairId(report: RTCStatsReport): string | undefined {
  const entries = entriesOf(report);
  return textOf(selectedPair(entries, firstOf(entries, 'transport'))?.['id']);
}

function selectedPair(entries: ReadonlyMap<string, StatsEntry>, transport: StatsEntry | undefined) {
  const selected = entries.get(textOf(transport?.['selectedCandidatePairId']) ?? '');
  // Firefox has no selectedCandidatePairId, but marks the pair itself.
  return (
    selected ??
    [...entries.values()].find((one) => one['type'] === 'candidate-pair' && one['nominated'] === true)
  );
}
