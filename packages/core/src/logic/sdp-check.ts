import { MAX_SDP_BYTES, MAX_SDP_MEDIA } from '@conclave/protocol';

/** Ours has none, since candidates are told as they are found; more than a host can have would keep ICE busy for good. */
const MAX_CANDIDATE_LINES = 96;

/** The direction of an m-line (RFC 8866 section 6.7). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** An m-line of a description. */
export interface MediaLine {
  readonly mid: string;
  readonly kind: string;
  readonly direction: Direction;
}

/** What core reads from a session description before a browser does. */
export interface DescriptionFacts {
  /** SHA-256 of the DTLS certificate, lower-case hex without colons. */
  readonly fingerprint: string;
  /** The DTLS role offered or chosen (RFC 8842 section 5). */
  readonly setup: string;
  readonly media: readonly MediaLine[];
}

/**
 * Reads a description of the far end, or answers `undefined` where it is not acceptable: too large, more than 64
 * m-lines, a mid that two of them share, no fingerprint, fingerprints that differ or are not SHA-256, SDES keys, an
 * identity assertion, two roles, mids or directions in one place, or characters that parsers disagree about.
 */
export function checkDescription(sdp: string): DescriptionFacts | undefined {
  if (sdp.length > MAX_SDP_BYTES) return undefined;
  // What one parser takes for the end of a line and another one does not could hide an attribute from us.
  if (!/^v=0\r?\n/.test(sdp) || /\r(?!\n)|[\0\u2028\u2029]/.test(sdp)) return undefined;
  const [session, ...sections] = sdp.split(/\r?\n(?=m=)/);
  if (session === undefined || sections.length === 0 || sections.length > MAX_SDP_MEDIA) return undefined;
  const lines = sdp.split(/\r?\n/);
  // RFC 8866: attribute names are case-sensitive, but we refuse every spelling that a lenient parser might take.
  if (lines.some((line) => /^\s*a\s*=\s*(?:crypto|identity)\b/i.test(line))) return undefined;
  if (lines.filter((line) => /^\s*a\s*=\s*candidate\b/i.test(line)).length > MAX_CANDIDATE_LINES)
    return undefined;
  const fingerprints = lines.filter((line) => /^\s*a\s*=\s*fingerprint\b/i.test(line)).map(readFingerprint);
  const fingerprint = fingerprints[0];
  if (fingerprint === undefined || fingerprints.some((one) => one !== fingerprint)) return undefined;
  // The first m-line speaks for the bundle (RFC 9143 section 7.1.3): Firefox, where it is passive, answers `active` on
  // lines that a later offer adds.
  const leading = `${session}\n${sections[0] ?? ''}`;
  const setups = new Set([...leading.matchAll(/^a=setup:(.*)\r?$/gm)].map(([, role]) => role));
  const [setup] = setups;
  if (setup === undefined || setups.size !== 1) return undefined;
  const fallback = directionsOf(session)[0] ?? 'sendrecv';
  const media = sections.map((section) => readMediaLine(section, fallback));
  if (media.some((line) => line === undefined)) return undefined;
  if (new Set(media.map((line) => line?.mid)).size !== media.length) return undefined;
  return { fingerprint, setup, media: media as MediaLine[] };
}

function readFingerprint(line: string): string | undefined {
  // The hash's name and digits are the same in any case (RFC 8122 section 5), the attribute's name is not.
  const value = /^a=fingerprint:[Ss][Hh][Aa]-256 ((?:[0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2})$/.exec(line)?.[1];
  return value?.replaceAll(':', '').toLowerCase();
}

function readMediaLine(section: string, fallback: Direction): MediaLine | undefined {
  const kind = /^m=(\w+) /.exec(section)?.[1];
  const [mid, ...otherMids] = [...section.matchAll(/^a=mid:(.*)\r?$/gm)].map(([, value]) => value);
  const [direction = fallback, ...others] = directionsOf(section);
  if (kind === undefined || !mid || !/^\S{1,16}$/.test(mid) || otherMids.length + others.length > 0)
    return undefined;
  return { mid, kind, direction };
}

function directionsOf(section: string): Direction[] {
  const found = section.matchAll(/^a=(sendrecv|sendonly|recvonly|inactive)\r?$/gm);
  return [...found].map(([, direction]) => direction as Direction);
}
