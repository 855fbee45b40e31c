import { entriesOf, numberOf, textOf, type StatsEntry } from './report-entries.js';

/** Why video is less than it could be (W3C WebRTC Statistics, `qualityLimitationReason`). */
export type Limitation = 'none' | 'cpu' | 'bandwidth' | 'other';

/** What has been sent of one track to one subscriber; what a browser does not tell is 0 or `undefined`. */
export interface SentMedia {
  /** Bytes of payload so far, without RTP headers. */
  readonly bytes: number;
  /** RTP headers of these packets, in bytes. */
  readonly headerBytes: number;
  /** Packets so far. */
  readonly packets: number;
  /** Part of the packets that did not arrive lately, 0 to 1, as the far end says. */
  readonly lossRatio: number | undefined;
  /** The latest round trip time that the far end's reports give. */
  readonly rttMs: number | undefined;
  /** What the encoder is asked to produce; Chromium only. */
  readonly targetBps: number | undefined;
  /** Video: pixels. */
  readonly width: number | undefined;
  /** Video: pixels. */
  readonly height: number | undefined;
  /** Video: frames encoded in the last second. */
  readonly framesPerSecond: number | undefined;
  /** Video: frames encoded so far. */
  readonly frames: number;
  /** Video: what all these frames took to encode. */
  readonly encodeMs: number;
  /** Video: why it is less than it could be. */
  readonly limitation: Limitation | undefined;
}

/** What has been received of one track; what a browser does not tell is 0 or `undefined`. */
export interface ReceivedMedia {
  /** Bytes of payload so far, without RTP headers. */
  readonly bytes: number;
  /** Packets so far. */
  readonly packets: number;
  /** Packets that did not arrive, so far. */
  readonly packetsLost: number;
  /** How unevenly packets come (RFC 3550 section 6.4.1). */
  readonly jitterMs: number | undefined;
  /** Audio: part of the samples that had to be made up, 0 to 1, over the whole time. */
  readonly concealedRatio: number | undefined;
  /** What the jitter buffer has added on average, over the whole time. */
  readonly jitterBufferMs: number | undefined;
  /** Video: pixels. */
  readonly width: number | undefined;
  /** Video: pixels. */
  readonly height: number | undefined;
  /** Video: frames decoded in the last second. */
  readonly framesPerSecond: number | undefined;
  /** Video: frames decoded so far. */
  readonly frames: number;
}

/** What is sent on an m-line. */
export function sentOn(report: RTCStatsReport, mid: string): SentMedia | undefined {
  const entries = entriesOf(report);
  const sent = [...entries.values()].find((one) => one['type'] === 'outbound-rtp' && one['mid'] === mid);
  if (!sent) return undefined;
  const far = [...entries.values()].find(
    (one) => one['type'] === 'remote-inbound-rtp' && one['localId'] === sent['id'],
  );
  return {
    bytes: numberOf(sent['bytesSent']) ?? 0,
    headerBytes: numberOf(sent['headerBytesSent']) ?? 0,
    packets: numberOf(sent['packetsSent']) ?? 0,
    lossRatio: numberOf(far?.['fractionLost']),
    rttMs: milliseconds(far?.['roundTripTime']),
    targetBps: numberOf(sent['targetBitrate']),
    ...pictureOf(sent),
    frames: numberOf(sent['framesEncoded']) ?? 0,
    encodeMs: milliseconds(sent['totalEncodeTime']) ?? 0,
    limitation: limitationOf(sent['qualityLimitationReason']),
  };
}

/** What is received on an m-line. */
export function receivedOn(report: RTCStatsReport, mid: string): ReceivedMedia | undefined {
  const entries = [...entriesOf(report).values()];
  const got = entries.find((one) => one['type'] === 'inbound-rtp' && one['mid'] === mid);
  if (!got) return undefined;
  return {
    bytes: numberOf(got['bytesReceived']) ?? 0,
    packets: numberOf(got['packetsReceived']) ?? 0,
    packetsLost: numberOf(got['packetsLost']) ?? 0,
    jitterMs: milliseconds(got['jitter']),
    concealedRatio: ratio(got['concealedSamples'], got['totalSamplesReceived']),
    jitterBufferMs: milliseconds(ratio(got['jitterBufferDelay'], got['jitterBufferEmittedCount'])),
    ...pictureOf(got),
    frames: numberOf(got['framesDecoded']) ?? 0,
  };
}

function pictureOf(entry: StatsEntry) {
  return {
    width: numberOf(entry['frameWidth']),
    height: numberOf(entry['frameHeight']),
    framesPerSecond: numberOf(entry['framesPerSecond']),
  };
}

function limitationOf(value: unknown): Limitation | undefined {
  const text = textOf(value);
  return text === 'none' || text === 'cpu' || text === 'bandwidth' || text === 'other' ? text : undefined;
}

function milliseconds(seconds: unknown): number | undefined {
  const number = numberOf(seconds);
  return number === undefined ? undefined : number * 1000;
}

function ratio(part: unknown, whole: unknown): number | undefined {
  const [of, all] = [numberOf(part), numberOf(whole)];
  return of === undefined || all === undefined || all === 0 ? undefined : of / all;
}
